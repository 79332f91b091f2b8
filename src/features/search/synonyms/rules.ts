import type { Static } from 'typebox'
import { inputInvalid } from '#platform/errors.ts'
import { tokenise } from '../terms/tokenise.ts'
import type { SynonymRule } from './schemas.ts'

/** From a word, or several in a row, in their normal spelling, to what may stand for them, as it was given. */
export type SynonymLookup = ReadonlyMap<string, readonly string[]>

/** Longer names are not looked up: a query is read in stretches of at most so many words. */
export const maxWordsInRow = 8

/**
 * What a list of rules says of each word.
 * @throws input.invalid naming each word that is none
 */
export function readRules(rules: readonly Static<typeof SynonymRule>[]): SynonymLookup {
  const errors: { path: string; message: string }[] = []
  const lookup = new Map<string, Set<string>>()
  for (const [i, rule] of rules.entries()) {
    const [sources, targets] = 'equal' in rule ? [rule.equal, rule.equal] : [[rule.from], rule.to]
    for (const word of new Set([...sources, ...targets])) {
      const count = wordsOf(word).length
      if (count === 0) errors.push({ path: `rules.${i}`, message: `has no word in “${word}”` })
      if (count > maxWordsInRow)
        errors.push({ path: `rules.${i}`, message: `must have at most ${maxWordsInRow} words in “${word}”` })
    }
    for (const source of sources) {
      const key = keyOf(wordsOf(source))
      const meant = lookup.get(key) ?? new Set()
      for (const target of targets) if (keyOf(wordsOf(target)) !== key) meant.add(target)
      lookup.set(key, meant)
    }
  }
  if (errors.length > 0) throw inputInvalid('The rules are not valid.', { errors })
  return new Map(Array.from(lookup, ([key, meant]) => [key, [...meant]]))
}

/** The words of a text in their normal spelling. */
export function wordsOf(text: string): string[] {
  return tokenise(text).flatMap((token) => (token.extra ? [] : [token.text]))
}

export function keyOf(words: readonly string[]): string {
  return words.join(' ')
}
