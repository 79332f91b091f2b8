import { readFile } from 'node:fs/promises'
import { type Static, type TObject, Type } from 'typebox'
import { Value } from 'typebox/value'
import { StartRefused } from '#platform/errors.ts'

/** What an operator's file of models holds: embedders, rerankers, or language models. */
export type FileOf<Kinds extends Record<string, TObject>> = {
  file: string
  /** In the plural, for sentences. */
  what: string
  kinds: Kinds
  /** A name that means something else. */
  reserved: string
}

/** What both kinds of models take of a score, from 0 to 1. */
export const weighing = { share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })) }

/** An address below which paths are added: neither a password nor a query is a part of it. */
export const EndpointUrl = Type.String({ pattern: '^https?://[^/?#@]+[^?#@]*$' })

const namePattern = /^[a-z0-9][a-z0-9._-]{0,63}$/

/**
 * Reads a JSON object, names to what they are.
 * @throws StartRefused that names the first thing that is wrong
 */
export async function readNamedEntries<Kinds extends Record<string, TObject>>({
  file,
  what,
  kinds,
  reserved,
}: FileOf<Kinds>): Promise<[string, Static<Kinds[keyof Kinds]>][]> {
  const refuse = (detail: string, cause?: unknown) =>
    new StartRefused(`The ${what} in ${file} cannot be used: ${detail}.`, { cause })
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw refuse('the file cannot be read', cause)
  })
  const parsed = parse(text)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw refuse('it is no JSON object')
  return Object.entries(parsed as Record<string, unknown>).map(([name, entry]) => {
    if (!namePattern.test(name)) throw refuse(`"${name}" is no name: small letters, digits, ".", "_" and "-"`)
    if (name === reserved) throw refuse(`the name ${reserved} is taken`)
    const problem = problemOf(entry, kinds)
    if (problem !== undefined) throw refuse(`${name}: ${problem}`)
    return [name, entry as Static<Kinds[keyof Kinds]>]
  })
}

/** @throws StartRefused */
export async function readKey(file: string, what: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new StartRefused(`The ${what}'s key in ${file} cannot be read.`, { cause })
  })
  const key = text.trim()
  if (!/^[\x21-\x7e]+$/.test(key)) throw new StartRefused(`The ${what}'s key in ${file} is no key.`)
  return key
}

/** @throws StartRefused for a default that is none of those there are */
export function checkDefault(setting: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return
  throw new StartRefused(`${setting} names "${name}", which is none of those there are: ${known.join(', ')}.`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Nothing of a value is named: it may be a key in the wrong place. */
function problemOf(entry: unknown, kinds: Record<string, TObject>): string | undefined {
  const kind = typeof entry === 'object' && entry !== null && 'kind' in entry ? entry.kind : undefined
  const known = Object.entries(kinds).find(([name]) => name === kind)
  if (!known) return `kind must be one of ${Object.keys(kinds).join(', ')}`
  if (Value.Check(known[1], entry)) return undefined
  const [first] = Value.Errors(known[1], entry)
  const missing = first?.keyword === 'required' ? ` (${first.params.requiredProperties.join(', ')})` : ''
  return `${first?.instancePath.slice(1) || 'it'} ${first?.message ?? 'is not valid'}${missing}`
}
