import type { Storage } from './storage.ts'

/** An object's address, as `postern/client` writes it: public only if the bucket is. */
export function objectUrl({ url }: Pick<Storage, 'url'>, key: string): string {
  return url + key.split('/').map(encodeURIComponent).join('/')
}
