import type { Facts } from '../base/errors.ts'
import type { Sentences } from './locale.ts'

/** A condition that a form breaks, as a sentence; `undefined` where the facts hold none that can be read. */
export function conditionSentence({ Condition, Found }: Facts, sentences: Sentences): string | undefined {
  const [op, name, expected] = readCondition(Condition)
  if (typeof op !== 'string' || typeof name !== 'string') return undefined
  const values = [expected].flat().filter((value) => typeof value === 'string')
  const sentence = Object.entries(sentences.conditions).find(([known]) => known === op)?.[1]
  if (sentence === undefined || values.length === 0) return undefined
  const found = Found === undefined || Found === '' ? undefined : sentences.quoted(Found)
  return sentence(fieldName(name, sentences), alternatives(values.map(sentences.quoted), sentences), found)
}

/** It comes from outside: what is no list is no condition. */
function readCondition(text = ''): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

function fieldName(written: string, { fields, quoted }: Sentences): string {
  const field = written.replace(/^\$/, '').toLowerCase()
  return field === 'content-type' || field === 'key' ? fields[field] : quoted(field)
}

function alternatives(values: readonly string[], { or, comma }: Sentences): string {
  const last = values.at(-1) ?? ''
  return values.length < 2 ? last : or(values.slice(0, -1).join(comma), last)
}
