import type { Phrase } from '../query/conditions.ts'
import type { Query } from '../query/parse-query.ts'
import { type QueryWord, queryWords } from '../rank/query-words.ts'
import { createAnalyser } from '../terms/analyse.ts'
import { tokenise } from '../terms/tokenise.ts'
import { keyOf, maxWordsInRow, type SynonymLookup, wordsOf } from './rules.ts'

/** What may stand for a word of a query in the chunks of one space: its terms in a row. */
export type Synonym = Phrase & { text: string }

/** By space; a space without any is missing. */
export type SynonymsBySpace = ReadonlyMap<string, SynonymLookup>

/** Every word of a query that is said outside of quotes, and every few of them in a row: what rules are looked up by. */
export function keysOf(query: Query): string[] {
  return [...new Set(stretchesOf(query).map(keyOf))]
}

function stretchesOf({ wanted }: Query): string[][] {
  return wanted.flatMap(({ text, isPhrase }) => {
    const words = isPhrase ? [] : wordsOf(text)
    return words.flatMap((_, from) =>
      Array.from({ length: Math.min(maxWordsInRow, words.length - from) }, (_, more) =>
        words.slice(from, from + more + 1),
      ),
    )
  })
}

/**
 * The words of a query with what may stand for them. Several words in a row that have synonyms become a further word, which
 * is found by these alone: its own words are looked for already.
 */
export function expandWords(
  query: Query,
  families: readonly string[],
  bySpace: SynonymsBySpace,
): QueryWord[] {
  if (bySpace.size === 0) return queryWords(query, families)
  const read = createReader(families)
  const synonyms = new Map<string, Map<string, Synonym[]>>()
  for (const key of keysOf(query)) {
    const own = new Map<string, Synonym[]>()
    for (const [spaceId, lookup] of bySpace) {
      const meant = lookup.get(key)
      if (meant && meant.length > 0) own.set(spaceId, meant.map(read))
    }
    if (own.size > 0) synonyms.set(key, own)
  }
  const words = queryWords(query, families, (text) => synonyms.has(text)).map((word) => ({
    ...word,
    synonyms: (word.isPhrased ? undefined : synonyms.get(word.text)) ?? word.synonyms,
  }))
  const inRow = [...synonyms].filter(([key]) => key.includes(' '))
  return [
    ...words,
    ...inRow.map(([key, own]) => ({
      text: key,
      spellings: new Set([key]),
      variants: [],
      times: 1,
      isPhrased: false,
      synonyms: own,
    })),
  ]
}

function createReader(families: readonly string[]): (text: string) => Synonym {
  const analysers = families.map(createAnalyser)
  return (text) => {
    const tokens = tokenise(text).filter(({ extra }) => !extra)
    return { text, variants: analysers.map((analyse) => tokens.map(analyse)) }
  }
}
