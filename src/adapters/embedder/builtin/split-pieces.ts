import { unknownPiece } from './read-model.ts'

/** Splits a text into the numbers of its word pieces. */
export type SplitPieces = (text: string) => number[]

/**
 * WordPiece as BERT's uncased models use it (Devlin et al. 2019): the spelling is simplified, words are cut at white
 * space, at punctuation and around Chinese characters, and each word is spelt with the longest pieces that fit, from
 * the left. Equal to the reference implementation in every number, but for `[CLS]` and its like: no text spells one.
 */
export function createSplitter(vocabulary: readonly string[]): SplitPieces {
  const pieces = sortPieces(vocabulary)
  return (text) => {
    const found: number[] = []
    for (const [word] of simplify(text).matchAll(wordPattern)) spell(word, pieces, found)
    return found
  }
}

type Pieces = {
  beginnings: Map<string, number>
  continuations: Map<string, number>
  unknown: number
  /** UTF-16 units of the longest piece. */
  longest: number
}

function sortPieces(vocabulary: readonly string[]): Pieces {
  const beginnings = new Map<string, number>()
  const continuations = new Map<string, number>()
  for (const [id, piece] of vocabulary.entries()) {
    if (piece.startsWith('##') && piece.length > 2) continuations.set(piece.slice(2), id)
    else beginnings.set(piece, id)
  }
  const longest = vocabulary.reduce((most, piece) => Math.max(most, piece.length), 0)
  return { beginnings, continuations, unknown: vocabulary.indexOf(unknownPiece), longest }
}

/** Adds the numbers of a word's pieces; a word that cannot be spelt to its end is unknown as a whole. */
function spell(word: string, pieces: Pieces, found: number[]): void {
  const before = found.length
  let start = isTooLong(word) ? -1 : 0
  while (start >= 0 && start < word.length) start = takePiece(word, start, pieces, found)
  if (start >= 0) return
  found.length = before
  found.push(pieces.unknown)
}

/** Adds the longest piece that stands at `start`; returns where it ends, or -1 when there is none. */
function takePiece(word: string, start: number, pieces: Pieces, found: number[]): number {
  const known = start === 0 ? pieces.beginnings : pieces.continuations
  for (let end = Math.min(word.length, start + pieces.longest); end > start; end--) {
    const id = known.get(word.slice(start, end))
    if (id === undefined) continue
    found.push(id)
    return end
  }
  return -1
}

/** BERT gives longer words up; the first test spares counting most of them. */
function isTooLong(word: string): boolean {
  return word.length > maxCharacters && Array.from(word).length > maxCharacters
}

const maxCharacters = 100

/** Lower case, without accents, control characters and formats. */
function simplify(text: string): string {
  if (plain.test(text)) return text.toLowerCase()
  return text.replace(dropped, '').normalize('NFD').replace(accents, '').toLowerCase()
}

const plain = /^[\t\n\r -~]*$/
const dropped = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\uFFFD]/gu
const accents = /\p{Mn}/gu

/** The blocks that BERT's own list calls Chinese, which leaves later extensions out. */
const chinese =
  '\\u{4E00}-\\u{9FFF}\\u{3400}-\\u{4DBF}\\u{20000}-\\u{2A6DF}\\u{2A700}-\\u{2B73F}\\u{2B740}-\\u{2B81F}' +
  '\\u{2B820}-\\u{2CEAF}\\u{F900}-\\u{FAFF}\\u{2F800}-\\u{2FA1F}'
/** ASCII symbols count as punctuation too. */
const alone = `\\p{P}$+<=>^\`|~${chinese}`
const wordPattern = new RegExp(`[${alone}]|[^\\s${alone}]+`, 'gu')
