/** One thing that is wrong with what somebody configured. */
export interface Fault {
  /** Where: `routes.avatars.maxSize`. */
  readonly path: string
  /** What is wrong, and what to write; ends in a full stop. Never holds a secret. */
  readonly sentence: string
}

/** All that is wrong with an issuer's options or with a configuration, at once: a line for each. */
export class OptionsError extends TypeError {
  override readonly name = 'OptionsError'
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    super(faults.map(faultLine).join('\n'))
    this.faults = faults
  }
}

/** `routes.avatars.maxSize: "10XB" is no size. …` */
export function faultLine({ path, sentence }: Fault): string {
  return path === '' ? sentence : `${path}: ${sentence}`
}

/** The path of a member of something: `routes.avatars`, `routes["a b"]`, `types[0]`. */
export function memberPath(path: string, name: string | number): string {
  if (typeof name === 'number') return `${path}[${name}]`
  if (!/^[\w$-]{1,64}$/.test(name)) return `${path}[${JSON.stringify(name.slice(0, 64))}]`
  return path === '' ? name : `${path}.${name}`
}

/** Runs what checks its own arguments; what it throws about them becomes faults of the member they came from. */
export function collectFaults<T>(faults: Fault[], path: string, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    if (error instanceof OptionsError) faults.push(...error.faults)
    else faults.push({ path, sentence: error.message })
    return undefined
  }
}
