import { expect, test } from 'vitest'
import { PRESETS, type PresetName } from '../issuer/presets.ts'
import { OSS } from '../policy/dialect.ts'
import { lintPolicy } from '../policy/lint-policy.ts'

const NOW = new Date('2026-11-24T12:00:00Z')
/** What there is to say of any policy on OSS that pins none of these. */
const EVERYWHERE = [
  'acl-open',
  'callback-open',
  'redirect-open',
  'storage-class-open',
  'metadata-open',
  'overwrite-allowed',
]

const samples: Record<PresetName, readonly string[]> = {
  python: ['bucket-open', 'key-by-client', 'type-misspelt', 'life-long'],
  java: ['bucket-open', 'key-by-client', 'size-huge', 'type-open', 'size-zero', 'life-long'],
  go: ['bucket-open', 'key-by-client', 'type-open', 'life-long'],
  php: ['bucket-open', 'key-by-client', 'size-huge', 'type-open', 'size-zero'],
  nodejs: ['key-open', 'size-huge', 'type-open', 'size-zero', 'life-long'],
  ruby: ['bucket-open', 'size-open', 'key-by-client', 'type-open'],
  csharp: ['bucket-open', 'key-open', 'size-huge', 'type-open', 'size-zero', 'life-long'],
}

test.each(Object.entries(PRESETS))(
  "of the policy of the vendor's %s sample, lint tells what is wrong",
  (name, preset) => {
    const expiration = new Date(NOW.getTime() + preset.lifetimeSeconds * 1000)
    const policy = { expiration, conditions: preset.conditions(preset.dir, 'photos') }
    const codes = lintPolicy(policy, OSS, { now: NOW }).map(({ code }) => code)
    expect(codes.filter((code) => !EVERYWHERE.includes(code))).toEqual(
      Object.entries(samples).find(([known]) => known === name)?.[1],
    )
  },
)
