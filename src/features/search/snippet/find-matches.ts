import type { QueryWord } from '../rank/query-words.ts'
import type { Phrase } from '../query/conditions.ts'
import { type Analyse, createAnalyser } from '../terms/analyse.ts'
import { familyOf } from '../terms/families.ts'
import type { TermHash } from '../terms/hash.ts'
import { positionsOf } from '../terms/positions.ts'
import { tokeniseDocument } from '../terms/tokenise-document.ts'

/** Where a text has a word of the query: UTF-16 offsets and the number of the word in `words`. */
export type Match = { start: number; end: number; word: number }

/** Finds the places in a text of one language that make it match, by the same analysis that found it; in order. */
export type FindMatches = (text: string, language: string) => Match[]

/**
 * For all texts of one answer: they share most of their words, and a stem costs a hundred times a remembered one. A word said
 * within a phrase only is marked where the phrase stands, and nowhere else.
 */
export function createMatcher(words: readonly QueryWord[], phrases: readonly Phrase[] = []): FindMatches {
  const wanted = new Map<string, number>()
  for (const [number, { variants }] of words.entries()) {
    for (const variant of variants) if (!variant.isStopped) wanted.set(spell(variant), number)
  }
  const ofPhrases = sequencesOf(phrases, ([first]) => wanted.get(first!)!)
  const ofSynonyms = words.flatMap(({ synonyms }, number) =>
    sequencesOf([...synonyms.values()].flat(), () => number),
  )
  const analysers = new Map<string, Analyse>()
  return (text, language) => {
    const family = familyOf(language)
    const analyse = analysers.get(family) ?? createAnalyser(family)
    analysers.set(family, analyse)
    const found = tokeniseDocument(text, family)
    const positions = positionsOf(found)
    const tokens = found.map((token, i) => ({
      ...token,
      term: spell(analyse(token)),
      position: positions[i]!,
    }))
    const stretches = findStretches(tokens, ofPhrases)
    const isInside = ({ start, end }: Stretch) =>
      stretches.some((stretch) => start >= stretch.start && end <= stretch.end)
    const matches: Match[] = [...stretches, ...findStretches(tokens, ofSynonyms)]
    for (const { start, end, term } of tokens) {
      const word = wanted.get(term)
      if (word === undefined || (words[word]!.isPhrased && !isInside({ start, end }))) continue
      matches.push({ start, end, word })
    }
    return matches.sort((a, b) => a.start - b.start || a.end - b.end)
  }
}

function spell({ high, low }: TermHash): string {
  return `${high}.${low}`
}

type Stretch = { start: number; end: number }
type Term = Stretch & { term: string; position: number }

/** Terms in a row, and the word of the query that they are found for. */
type Sequence = { terms: string[]; word: number }

function sequencesOf(phrases: readonly Phrase[], wordOf: (terms: string[]) => number): Sequence[] {
  const rows = phrases.flatMap(({ variants }) => variants.map((terms) => terms.map(spell)))
  return rows.map((terms) => ({ terms, word: wordOf(terms) }))
}

function findStretches(tokens: readonly Term[], sequences: readonly Sequence[]): Match[] {
  if (sequences.length === 0) return []
  const places = new Map(tokens.map((token) => [`${token.position} ${token.term}`, token]))
  return sequences.flatMap(({ terms, word }) =>
    tokens.flatMap(({ position, start, term }) => {
      if (term !== terms[0]) return []
      const row = terms.map((one, offset) => places.get(`${position + offset} ${one}`))
      const last = row.at(-1)
      return last && !row.includes(undefined) ? [{ start, end: last.end, word }] : []
    }),
  )
}

/** The marked stretches `[start, end]` of matches, those that touch or overlap made one; in order. */
export function highlightsOf(matches: readonly Match[]): [number, number][] {
  const marked: [number, number][] = []
  for (const { start, end } of matches) {
    const last = marked.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else marked.push([start, end])
  }
  return marked
}
