import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as v from 'valibot'
import type { Environment } from '../credential/environment.ts'
import { made, members, text } from '../issuer/options/schema.ts'

/** A text that is kept elsewhere, `{ env: 'NAME' }` or `{ file: '/run/secrets/name' }`; or the text itself. */
export type Secret = string | { readonly env: string } | { readonly file: string }

/** Where a configuration finds what it does not say itself. */
export interface Sources {
  readonly environment: Environment
  /** Paths of files are relative to it: the folder of the configuration. */
  readonly folder: string
  /** Hears in a sentence, without secrets, why a credential could not be renewed. */
  readonly onFault: (sentence: string) => void
}

/** Ours: a key in PEM has some thousand bytes. */
const MAX_FILE_BYTES = 64 * 1024

const ADVICE = 'Write a text, { "env": "NAME" } or { "file": "path" }.'

/** A {@link Secret} as the text that it stands for. */
export function secret(sources: Sources) {
  const Elsewhere = v.union([members({ env: text() }), members({ file: text() })], ADVICE)
  return v.pipe(
    v.lazy((value) => (typeof value === 'string' ? v.string() : Elsewhere)),
    made((value): string => findSecret(value, sources)),
  )
}

type Written = string | { readonly env: string } | { readonly file: string }

function findSecret(value: Written, { environment, folder }: Sources): string {
  if (typeof value === 'string') return notEmpty(value, 'This is empty.')
  if ('file' in value) return readSecretFile(resolve(folder, value.file))
  const found = readVariable(value.env, environment)
  if (found !== undefined) return found
  throw new TypeError(`The variable ${value.env} is not set, nor is ${value.env}_FILE.`)
}

/**
 * A variable's text, or that of the file which `NAME_FILE` names, as Docker hands out secrets; absent where neither is set.
 * Throws a `TypeError` where the file cannot be read, or both are set.
 */
export function readVariable(name: string, environment: Environment): string | undefined {
  const file = environment[`${name}_FILE`] || undefined
  const value = environment[name] || undefined
  if (value !== undefined && file !== undefined) throw new TypeError(`${name} and ${name}_FILE are both set. Keep one.`)
  return file === undefined ? value : readSecretFile(file)
}

/** The variables of a process, where each of these names may be given as {@link readVariable} takes it. */
export function readVariables(names: readonly string[], environment: Environment): Environment {
  return { ...environment, ...Object.fromEntries(names.map((name) => [name, readVariable(name, environment)])) }
}

/** The text of a file, without the line end that editors put there. Throws a `TypeError` that says what to do. */
export function readSecretFile(path: string): string {
  const bytes = readBytes(path)
  if (bytes.length > MAX_FILE_BYTES) throw new TypeError(`The file ${path} is too long for a secret.`)
  return notEmpty(bytes.toString('utf8').replace(/\r?\n$/, ''), `The file ${path} is empty.`)
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? cause.code : cause
    throw new TypeError(`The file ${path} cannot be read (${reason}). Look at its name and its permissions.`, { cause })
  }
}

function notEmpty(value: string, sentence: string): string {
  if (value === '') throw new TypeError(sentence)
  return value
}
