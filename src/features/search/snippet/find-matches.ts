import type { QueryWord } from '../rank/query-words.ts'
import { type Analyse, createAnalyser } from '../terms/analyse.ts'
import { familyOf } from '../terms/families.ts'
import { tokeniseDocument } from '../terms/tokenise-document.ts'

/** Where a text has a word of the query: UTF-16 offsets and the number of the word in `words`. */
export type Match = { start: number; end: number; word: number }

/** Finds the places in a text of one language that make it match, by the same analysis that found it; in order. */
export type FindMatches = (text: string, language: string) => Match[]

/** For all texts of one answer: they share most of their words, and a stem costs a hundred times a remembered one. */
export function createMatcher(words: readonly QueryWord[]): FindMatches {
  const wanted = new Map<string, number>()
  for (const [number, { variants }] of words.entries()) {
    for (const { high, low, isStopped } of variants) if (!isStopped) wanted.set(`${high}.${low}`, number)
  }
  const analysers = new Map<string, Analyse>()
  return (text, language) => {
    const family = familyOf(language)
    const analyse = analysers.get(family) ?? createAnalyser(family)
    analysers.set(family, analyse)
    const matches: Match[] = []
    for (const token of tokeniseDocument(text, family)) {
      const { high, low } = analyse(token)
      const word = wanted.get(`${high}.${low}`)
      if (word !== undefined) matches.push({ start: token.start, end: token.end, word })
    }
    return matches.sort((a, b) => a.start - b.start || a.end - b.end)
  }
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
