import type { Correction } from '../query/correct.ts'
import type { Query } from '../query/parse-query.ts'
import { createAnalyser } from '../terms/analyse.ts'
import { familyOf } from '../terms/families.ts'
import { type Token, tokenise } from '../terms/tokenise.ts'
import { tokeniseDocument } from '../terms/tokenise-document.ts'
import type { TestFile } from './rank-by-hand.ts'

/**
 * The oracle of corrections: every word of every readable text against every word of the query, by the recursive
 * definition of the distance.
 */
export function correctByHand(
  files: readonly TestFile[],
  { wanted }: Query,
  readable: ReadonlySet<string> | undefined,
): Correction[] {
  const chunks = files
    .filter(({ fileId }) => readable?.has(fileId) !== false)
    .flatMap((file) => file.chunks)
    .map(({ title, heading, tableHeader, text, language }) => {
      const family = familyOf(language)
      const analyse = createAnalyser(family)
      const spell = (token: Token) => Object.values(analyse(token)).join('.')
      const tokens = [title, heading, tableHeader, text].flatMap((part) => tokeniseDocument(part, family))
      return { tokens, spell, terms: new Set(tokens.map(spell)) }
    })
  const count = (token: Token) => chunks.filter(({ terms, spell }) => terms.has(spell(token))).length
  const words = new Map(
    chunks.flatMap(({ tokens }) =>
      tokens.filter((token) => isWord(token)).map((token) => [token.text, token]),
    ),
  )
  const asked = wanted.flatMap(({ text }) => tokenise(text)).filter((token) => isWord(token))
  const unknown = new Map(asked.filter((token) => count(token) === 0).map((token) => [token.text, token]))
  return [...unknown.keys()].flatMap((word) => {
    const allowed = word.length < 5 ? 0 : word.length < 9 ? 1 : 2
    const near = [...words.values()]
      .map((token) => ({ word: token.text, edits: distance(word, token.text), chunks: count(token) }))
      .filter(({ edits }) => edits > 0 && edits <= allowed)
      .sort((a, b) => a.edits - b.edits || b.chunks - a.chunks || (a.word < b.word ? -1 : 1))
    return near[0] ? [{ word, used: [near[0].word] }] : []
  })
}

function isWord({ text, extra }: Token): boolean {
  return !extra && /^[\p{L}\p{M}]{3,}$/u.test(text) && !/\p{Script=Han}/u.test(text)
}

function distance(a: string, b: string, known = new Map<string, number>()): number {
  if (a === '' || b === '') return a.length + b.length
  const key = `${a} ${b}`
  const before = known.get(key)
  if (before !== undefined) return before
  const [shortA, shortB] = [a.slice(0, -1), b.slice(0, -1)]
  const ways = [
    distance(shortA, shortB, known) + (a.at(-1) === b.at(-1) ? 0 : 1),
    distance(shortA, b, known) + 1,
    distance(a, shortB, known) + 1,
  ]
  const isSwap = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)
  if (isSwap) ways.push(distance(a.slice(0, -2), b.slice(0, -2), known) + 1)
  const least = Math.min(...ways)
  known.set(key, least)
  return least
}
