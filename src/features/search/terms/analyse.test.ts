import { expect, test } from 'vitest'
import { createAnalyser } from './analyse.ts'
import { familyOf } from './families.ts'
import { hashTerm } from './hash.ts'
import { tokenise } from './tokenise.ts'

function termsOf(text: string, language: string): string[] {
  return tokenise(text).map((token) => JSON.stringify(createAnalyser(familyOf(language))(token)))
}

test.each([
  ['en', 'agreements', 'Agreement'],
  ['de', 'Verträge', 'Vertrag'],
  ['es', 'capturas', 'captura'],
  ['fr', 'résiliations', 'resiliation'],
  ['nb', 'avtalene', 'avtale'],
])('in %s, %s is found by %s', (language, word, asked) => {
  expect(termsOf(word, language)).toEqual(termsOf(asked, language))
})

test('the same word of two languages is two terms', () => {
  expect(termsOf('information', 'en')).not.toEqual(termsOf('information', 'de'))
})

test('a language without a stemmer keeps its words whole', () => {
  expect(termsOf('agreements', 'und')).not.toEqual(termsOf('agreement', 'und'))
  expect(familyOf('ja')).toBe('und')
})

test('accents may be left out of Latin words only', () => {
  expect(termsOf('Müller', 'und')).toEqual(termsOf('muller', 'und'))
  expect(termsOf('й', 'und')).not.toEqual(termsOf('и', 'und'))
})

test('an identifier is not stemmed', () => {
  expect(termsOf('a-1s', 'en').at(-1)).not.toBe(termsOf('a-1', 'en').at(-1))
})

test('hashes are the same on every machine', () => {
  expect(hashTerm('en', 'contract')).toEqual({ high: 1024157008, low: 660504203 })
})

test('a million terms meet in neither half more often than chance has it', () => {
  const highs = new Set<number>()
  const lows = new Set<number>()
  for (let i = 0; i < 1_000_000; i++) {
    const { high, low } = hashTerm('en', `word${i}`)
    highs.add(high)
    lows.add(low)
  }
  // 1e6² / 2^33 = 116 pairs are to be expected; five standard deviations are 54.
  expect(1_000_000 - highs.size).toBeLessThan(170)
  expect(1_000_000 - lows.size).toBeLessThan(170)
})
