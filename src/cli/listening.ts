import { isIPv4 } from 'node:net'
import type { HttpServer } from '../http/server.ts'
import { CommandError } from './command-error.ts'

/** What a command listens on, and the options that chose it. */
export interface Address {
  readonly host: string
  readonly port: number
  /** The option that changes the port: `--port`. */
  readonly option: string
  /** The option that changes the host, where it is not `--host`. */
  readonly hostOption?: string
}

/** Starts a server; an address that cannot be had is one sentence with the option to change. */
export async function listening(
  { host, port, option, hostOption = '--host' }: Address,
  start: (where: { host: string; port: number }) => Promise<HttpServer>,
): Promise<HttpServer> {
  try {
    return await start({ host, port })
  } catch (error) {
    const sentence = SENTENCES.get(errorCode(error) ?? '')
    if (sentence === undefined) throw error
    throw new CommandError(sentence({ host, port, option, hostOption }), 1, { cause: error })
  }
}

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

const SENTENCES: ReadonlyMap<string, (address: Address) => string> = new Map([
  ['EADDRINUSE', ({ port, option }) => `Port ${port} is in use. Stop what uses it, or choose another with ${option}.`],
  ['EACCES', ({ port, option }) => `Port ${port} is reserved by the system. Choose one over 1023 with ${option}.`],
  [
    'EADDRNOTAVAIL',
    ({ host, hostOption }) => `This machine has no address ${host}. Choose another with ${hostOption}.`,
  ],
  ['ENOTFOUND', ({ host, hostOption }) => `The host ${host} is not known. Choose another with ${hostOption}.`],
])

function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  return 'code' in error && typeof error.code === 'string' ? error.code : errorCode(error.cause)
}
