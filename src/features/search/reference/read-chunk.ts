import type { IndexableChunk } from '../block/build.ts'
import type { BlockVectors } from '../block/vectors.ts'
import type { Query } from '../query/parse-query.ts'
import { createAnalyser } from '../terms/analyse.ts'
import { familyOf } from '../terms/families.ts'
import { type Token, tokenise } from '../terms/tokenise.ts'
import { tokeniseDocument } from '../terms/tokenise-document.ts'

/** A file as tests keep it: its texts, and their vectors where it has any; no index. */
export type TestFile = {
  spaceId: string
  fileId: string
  versionId: string
  /** In milliseconds since 1970. */
  createdAt: number
  chunks: IndexableChunk[]
  vectors?: BlockVectors | undefined
}

/** A chunk with the counts of its terms, at most 255 of each. */
export function readChunk(file: TestFile, chunk: IndexableChunk, place: number) {
  const family = familyOf(chunk.language)
  const analyse = createAnalyser(family)
  const spell = (token: Token) => Object.values(analyse(token)).join('.')
  const parts = [chunk.title, chunk.heading, chunk.tableHeader, chunk.text].map((text) =>
    tokeniseDocument(text, family),
  )
  const tokens = parts.flat()
  const counts = new Map<string, number>()
  for (const token of tokens) counts.set(spell(token), Math.min((counts.get(spell(token)) ?? 0) + 1, 255))
  const rows = parts.map((part) => wordByWord(part, spell))
  /** How often the words of a text stand in a row; undefined when it has none. */
  const inRow = (text: string) => {
    const asked = tokenise(text).flatMap((token) => (token.extra ? [] : [spell(token)]))
    if (asked.length < 2) return asked[0] === undefined ? undefined : (counts.get(asked[0]) ?? 0)
    const starts = rows.flatMap((row) =>
      row.filter((_, i) => asked.every((term, offset) => row[i + offset]?.has(term))),
    )
    return Math.min(starts.length, 255)
  }
  return {
    file,
    family,
    place,
    ordinal: chunk.ordinal,
    length: tokens.filter((token) => !token.extra).length,
    count: (token: Token) => counts.get(spell(token)) ?? 0,
    times: (text: string) => inRow(text) ?? 0,
    meets: ({ wanted, excluded }: Query) =>
      wanted.every(({ text, isPhrase }) => !isPhrase || inRow(text) !== 0) &&
      excluded.every((text) => !inRow(text)),
  }
}

/** Per word of a text its term and those of what begins with it or in it. */
function wordByWord(tokens: readonly Token[], spell: (token: Token) => string): Set<string>[] {
  const words = tokens.filter(({ extra }) => !extra)
  return words.map((word, i) => {
    const next = words[i + 1]?.start ?? Infinity
    const inside = tokens.filter(({ extra, start }) => extra && start >= word.start && start < next)
    return new Set([word, ...inside].map(spell))
  })
}
