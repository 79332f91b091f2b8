import { readRange } from '#platform/addresses.ts'

export type Setting<T> = {
  env: string
  /** One sentence for the generated reference. */
  doc: string
  /** The default as people write it; undefined means "not set". */
  default: string | undefined
  parse: (text: string) => T
  secret?: true
}

export function text(env: string, fallback: string, doc: string): Setting<string> {
  return { env, doc, default: fallback, parse: (value) => value }
}

export function list(env: string, doc: string): Setting<string[]> {
  const parse = (value: string) => value.split(',').flatMap((part) => part.trim() || [])
  return { env, doc, default: '', parse }
}

/** Ranges of addresses, as CIDR with commas between. */
export function ranges(env: string, doc: string): Setting<string[]> {
  const { parse, ...setting } = list(env, doc)
  return {
    ...setting,
    parse: (value) =>
      parse(value).map((text) => {
        const range = readRange(text)
        if (range === undefined) throw new Error(`must be addresses or CIDR ranges, not "${text}"`)
        return range
      }),
  }
}

export function integer(
  env: string,
  fallback: string,
  doc: string,
  min: number,
  max: number,
): Setting<number> {
  return {
    env,
    doc,
    default: fallback,
    parse: (value) => {
      const number = Number(value)
      if (!/^\d+$/.test(value) || number < min || number > max) {
        throw new Error(`must be a whole number from ${min} to ${max}, not "${value}"`)
      }
      return number
    },
  }
}

export function oneOf<T extends string>(
  env: string,
  fallback: T,
  allowed: readonly T[],
  doc: string,
): Setting<T> {
  return {
    env,
    doc,
    default: fallback,
    parse: (value) => {
      const found = allowed.find((option) => option === value)
      if (!found) throw new Error(`must be one of ${allowed.join(', ')}, not "${value}"`)
      return found
    },
  }
}

export function optional<T>(
  env: string,
  doc: string,
  parse: (value: string) => T,
  secret?: true,
): Setting<T | undefined> & { parse: (value: string) => T | undefined } {
  return { env, doc, default: undefined, parse, ...(secret ? { secret } : {}) }
}

export function databaseUrl(value: string): string {
  if (!/^postgres(ql)?:\/\//.test(value)) throw new Error('must begin with postgres:// or postgresql://')
  return value
}

export function ocrLanguages(value: string): string[] {
  const languages = value.split(',').map((name) => name.trim())
  if (languages.every((name) => /^[a-z]{3}(_[a-z]{3,4})?$/.test(name))) return languages
  throw new Error(`must be names such as eng or chi_sim, separated by commas, not "${value}"`)
}
