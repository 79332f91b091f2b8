import { fold } from './fold.ts'
import { hashTerm, type TermHash } from './hash.ts'
import { stemmerOf } from './stemmers.ts'
import type { Token } from './tokenise.ts'

/** Turns a token into its family's term. */
export type Analyse = (token: Token) => TermHash

/** A stem takes 5 to 10 µs and a remembered one 0.1 µs; 50,000 words are some 5 MB. */
const maxRemembered = 50_000

/**
 * An analyser of one language family (`familyOf`). It remembers words, so it belongs to one tenant's piece of work
 * and is never shared between tenants: how fast it answers tells what it has seen.
 */
export function createAnalyser(family: string): Analyse {
  const stem = stemmerOf(family)
  const remembered = new Map<string, TermHash>()
  return ({ text }) => {
    const known = remembered.get(text)
    if (known) return known
    const hash = hashTerm(family, isWord.test(text) ? fold(stem?.(text) ?? text, family) : text)
    if (remembered.size >= maxRemembered) remembered.clear()
    remembered.set(text, hash)
    return hash
  }
}

/** An identifier stays as it is spelt. */
const isWord = /^[\p{L}\p{M}\p{N}]+$/u
