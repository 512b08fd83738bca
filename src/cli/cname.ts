import { InvalidArgumentError } from 'commander'
import { isBucketName } from '../store/request/bucket-name.ts'

/** `files.example.com=photos`, which may be given several times. */
export function collectCnames(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [host = '', bucket = ''] = text.split('=')
  if (!/^[a-z0-9.-]+$/i.test(host) || !isBucketName(bucket) || text.split('=').length !== 2)
    throw new InvalidArgumentError('Give a host without a port and its bucket, such as files.example.com=photos.')
  return { ...before, [host]: bucket }
}
