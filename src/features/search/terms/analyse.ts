import snowball, { type Stemmer } from 'snowball-stemmers'
import { algorithmOf } from './families.ts'
import { hashTerm, type TermHash } from './hash.ts'
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
  const algorithm = algorithmOf(family)
  const stemmer = algorithm === undefined ? undefined : snowball.newStemmer(algorithm)
  const remembered = new Map<string, TermHash>()
  return ({ text, extra }) => {
    const known = remembered.get(text)
    if (known) return known
    const hash = hashTerm(family, extra ? text : fold(stemmer ? stemOf(stemmer, text) : text))
    if (remembered.size >= maxRemembered) remembered.clear()
    remembered.set(text, hash)
    return hash
  }
}

/** Longer "words" are encoded data; stemming them is slow in some algorithms and helps nobody. */
const maxStemmedLength = 64

function stemOf(stemmer: Stemmer, word: string): string {
  if (word.length > maxStemmedLength) return word
  return stemmer.stem(word) || word
}

/**
 * Latin letters without their accents, after stemming, which needs them: people leave accents out of queries, and
 * on the open sets no language loses a thousandth by it. Other scripts keep their marks, which are letters there.
 */
function fold(stem: string): string {
  if (!accentedLatin.test(stem)) return stem
  return stem.normalize('NFD').replace(/\p{M}/gu, '')
}

const accentedLatin = /^(?=.*[^a-z0-9])[\p{Script=Latin}\p{M}\p{N}]+$/u
