import type { Body, Meta, UppyFile } from '@uppy/core'
import type { NamedBlob } from '../client/transport.ts'

/** A file as Uppy holds it, under the name and the type that people see there; `undefined` where Uppy has no content of it. */
export function namedFile<M extends Meta, B extends Body>(file: UppyFile<M, B>): NamedBlob | undefined {
  const { data, type } = file
  if (!(data instanceof Blob)) return undefined
  const name = nameOf(file)
  if (data instanceof File && data.name === name && data.type === type) return data
  // The same moment after a reload: by it, too, a file is known again.
  return new File([data], name, { type, lastModified: data instanceof File ? data.lastModified : 0 })
}

/** Where somebody has edited the name, Uppy keeps that in the metadata. */
function nameOf<M extends Meta, B extends Body>({ meta, name }: UppyFile<M, B>): string {
  return typeof meta.name === 'string' && meta.name !== '' ? meta.name : name
}
