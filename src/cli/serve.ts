import { type Command, Option } from 'commander'
import { listen } from '../http/listen.ts'
import { PRESETS, type PresetName } from '../issuer/presets.ts'
import type { Logger } from '../observe/logger.ts'
import type { Severity } from '../policy/lint/finding.ts'
import { SEVERITIES } from '../policy/lint-policy.ts'
import { usageError } from './command-error.ts'
import { addConfigOptions, type ConfigOptions, readConfigOption } from './config-options.ts'
import { CREDENTIAL_HELP } from './credential.ts'
import { addFlagOptions, type FlagOptions, sourceOfFlags } from './flags-source.ts'
import { isLoopback, listening } from './listening.ts'
import { addLogOptions, type LogOptions, withLog } from './log-options.ts'
import { aligned, note, print } from './output.ts'
import { lintSummary, printCheck } from './serve-check.ts'
import { issuerService, routesTable } from './serve-issuer.ts'
import { presetService } from './serve-preset.ts'
import { type ServeSource, sourceOfConfig } from './serve-source.ts'
import type { Service } from './service.ts'
import { parsePort } from './units.ts'
import { untilStopped } from './until-stopped.ts'

interface Options extends FlagOptions, ConfigOptions, LogOptions {
  readonly preset?: PresetName
  readonly dir?: string
  readonly port?: number
  readonly host?: string
  readonly check?: true
  readonly failOn: Severity
}

/** Options that say nothing of what a configuration says. */
const BESIDE_CONFIG = ['config', 'check', 'failOn', 'port', 'host', 'accessLog', 'logLevel']
const DEFAULT_HOST = '127.0.0.1'

const HELP = `
A configuration says all of it, routes included; without one, the options
describe a single route. A preset reproduces one of the vendor's sample servers:
its address, its policy and its answer. It asks nobody who they are, as the
samples do not.

Examples:
  postern serve
  postern serve --check
  postern serve --bucket photos --region cn-hangzhou --types 'image/*' \\
    --forward-auth http://127.0.0.1:3000/may-upload
  postern serve --preset go --bucket photos --region cn-hangzhou
${CREDENTIAL_HELP}
Prefer the environment to the options: other users of this machine can read a
command line.`

export function defineServe(command: Command): Command {
  command.description('Runs the issuer and the page alone, for a bucket on OSS or an S3 engine.')
  addConfigOptions(command)
    .option('--check', 'only say what is wrong, and show the routes with their lint')
    .addOption(new Option('--fail-on <severity>', 'what ends --check with 1').choices([...SEVERITIES]).default('error'))
    .addOption(new Option('--preset <name>', "one of the vendor's sample servers").choices(Object.keys(PRESETS)))
    .option('--dir <prefix>', "what a preset's keys begin with (default: the sample's)")
    .option('--port <port>', "where to listen; 0 takes a free port (default: 8000, or the sample's)", parsePort)
    .option('--host <host>', `address to listen on (default: ${DEFAULT_HOST})`)
  addLogOptions(command)
  return addFlagOptions(command, ['preset']).addHelpText('after', HELP).action(runServe)
}

async function runServe(options: Options, command: Command): Promise<void> {
  if (options.accessLog === undefined && options.logLevel === undefined) await serve(options, command)
  else await withLog(options, (log) => serve(options, command, log))
}

async function serve(options: Options, command: Command, log?: Logger): Promise<void> {
  const { preset } = options
  if (preset !== undefined) {
    if (typeof options.config === 'string')
      throw usageError('A preset has no configuration. Take --config or --preset out.')
    const service = await presetService({ ...options, preset }, log)
    if (options.check) printCheck(service, [], options.failOn)
    else await run(service, options)
    return
  }
  const source = await readSource(options, command)
  const service = await issuerService(source, log)
  if (options.check) printCheck(service, routesTable(source), options.failOn)
  else await run(service, options)
}

async function readSource(options: Options, command: Command): Promise<ServeSource> {
  if (options.dir !== undefined) throw usageError('--dir goes with --preset. Give --prefix instead.')
  const config = await readConfigOption(options, command, BESIDE_CONFIG)
  return config === undefined ? sourceOfFlags(options) : sourceOfConfig(config)
}

async function run(service: Service, options: Options): Promise<void> {
  const host = options.host ?? service.host ?? DEFAULT_HOST
  if (options.preset !== undefined) checkPresetAudience(host, options)
  const where = { host, port: options.port ?? service.port, option: '--port' }
  const server = await listening(where, (address) => listen(service.handler, address))
  const stopped = untilStopped() // before the ready line: whoever waits for it may stop us at once
  try {
    for (const warning of service.warnings) note(warning)
    if (service.open !== undefined) note(openSentence(service.open, host))
    const table = aligned(service.rows(server.url))
    print(...table, ...lintSummary(service.lint), `issuer listening on ${server.url}`)
    await stopped
  } finally {
    await server.close()
  }
}

/** docs/decisions/0007-serve-without-an-authorizer.md */
function checkPresetAudience(host: string, { insecurePublic }: Options): void {
  if (!isLoopback(host) && !insecurePublic)
    throw usageError(`A preset lets everybody upload who can reach ${host}. Add --insecure-public if that is meant.`)
}

function openSentence(where: string, host: string): string {
  const who = isLoopback(host) ? 'everybody on this machine' : `everybody who can reach ${host}`
  return `Nobody is asked who they are${where}: ${who} may upload.`
}
