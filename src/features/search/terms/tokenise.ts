import { findIdentifiers } from './identify.ts'
import { normalise } from './normalise.ts'
import { splitWords } from './split.ts'

/**
 * One place in a text where a term was found. `text` is normalised; `start` and `end` are UTF-16 offsets into the
 * text as it was given. An `extra` token is findable but no further word, so it never counts into a length.
 */
export type Token = { text: string; start: number; end: number; extra: boolean }

/**
 * The searchable tokens of a text: words and character pairs in order, then the identifiers that some of the words
 * spell together. The same for every language, so that a query can be read before anybody knows which languages it
 * will meet.
 */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = []
  const words: Token[] = []
  for (const piece of splitWords(text)) {
    if (piece.isSpaceless) {
      pushPairs(tokens, piece.text, piece.start)
      continue
    }
    const end = piece.start + piece.text.length
    const word = { text: normalise(piece.text), start: piece.start, end, extra: false }
    tokens.push(word)
    words.push(word)
  }
  for (const identifier of findIdentifiers(text, words)) tokens.push(identifier)
  return tokens
}

/** A character with its marks; the half-width voicing signs are letters to Unicode and marks to a reader. */
const cluster = /[^\p{M}\uFF9E\uFF9F]?[\p{M}\uFF9E\uFF9F]*/gsu

/** Overlapping pairs of characters, or the one character where a run has no second. */
function pushPairs(tokens: Token[], run: string, offset: number): void {
  const characters = run.match(cluster)?.filter((one) => one !== '') ?? []
  let start = offset
  for (const [i, character] of characters.entries()) {
    const next = characters[i + 1]
    if (next !== undefined || i === 0) {
      const pair = character + (next ?? '')
      tokens.push({ text: normalise(pair), start, end: start + pair.length, extra: false })
    }
    start += character.length
  }
}
