import { chunksOf } from '../index/segment.ts'
import type { ReadableSegment } from '../rank/readable.ts'
import { createAnalyser } from '../terms/analyse.ts'
import type { TermHash } from '../terms/hash.ts'
import { tokenise } from '../terms/tokenise.ts'
import { findPhrase } from './find-phrase.ts'
import type { Query } from './parse-query.ts'

/** Words in a row, as terms of one family after the other. A chunk has one family, so it can have one of them. */
export type Phrase = { variants: TermHash[][] }

/** What a chunk must have and must not have to be found at all, whatever its score. */
export type Conditions = { required: Phrase[]; excluded: Phrase[] }

export function hasConditions({ wanted, excluded }: Query): boolean {
  return excluded.length > 0 || wanted.some(({ isPhrase }) => isPhrase)
}

/** Phrases without any word say nothing and are left out. */
export function readConditions({ wanted, excluded }: Query, families: readonly string[]): Conditions {
  const analysers = families.map(createAnalyser)
  const read = (texts: readonly string[]) =>
    [...new Set(texts)].flatMap((text) => {
      const tokens = tokenise(text).filter(({ extra }) => !extra)
      return tokens.length > 0 ? [{ variants: analysers.map((analyse) => tokens.map(analyse)) }] : []
    })
  const phrases = wanted.filter(({ isPhrase }) => isPhrase).map(({ text }) => text)
  return { required: read(phrases), excluded: read(excluded) }
}

/**
 * The mask of a segment's readable chunks that meet the conditions. Only what is found changes by it: statistics stay those
 * of all readable chunks, or an exclusion would move the scores of what it leaves.
 */
export function meetConditions(
  { segment, mask }: ReadableSegment,
  { required, excluded }: Conditions,
): Uint8Array | undefined {
  if (required.length === 0 && excluded.length === 0) return mask
  const met = mask?.slice() ?? new Uint8Array(chunksOf(segment)).fill(1)
  for (const [phrases, isWanted] of [
    [required, true],
    [excluded, false],
  ] as const) {
    for (const { variants } of phrases) {
      const having = new Uint8Array(met.length)
      for (const terms of variants) {
        const found = findPhrase(segment, terms)
        for (let chunk = 0; chunk < found.length; chunk++) if (found[chunk]! > 0) having[chunk] = 1
      }
      for (let chunk = 0; chunk < met.length; chunk++) if ((having[chunk] === 1) !== isWanted) met[chunk] = 0
    }
  }
  return met
}
