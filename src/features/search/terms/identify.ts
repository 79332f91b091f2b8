import type { Token } from './tokenise.ts'

/** Longer chains are tables of numbers and addresses of web pages, which nobody types as a whole. */
const maxParts = 12

/**
 * Identifiers that neighbouring words spell together, such as `INV-2024/0815`, `12(3)`, `4.2(b)`, `1,000.50` or
 * `foo_bar@x.org`: each an extra token. It lifts the chunk with the exact spelling above those that merely have the
 * parts. Hyphenated and slashed plain words (`well-known`, `and/or`) are none.
 */
export function findIdentifiers(text: string, words: readonly Token[]): Token[] {
  const found: Token[] = []
  let from = 0
  for (let i = 1; i <= words.length; i++) {
    const last = words[i - 1]
    const word = words[i]
    if (last && word && joinerOf(text, last, word) !== undefined) continue
    const identifier = spell(text, words.slice(from, i))
    if (identifier) found.push(identifier)
    from = i
  }
  return found
}

/** What stands between two words of one identifier: one mark, or the edges of brackets. Undefined: they are two. */
function joinerOf(text: string, last: Token, word: Token): string | undefined {
  const width = word.start - last.end
  if (width < 1 || width > 2) return undefined
  const gap = text.slice(last.end, word.start)
  if (gap === '(' || gap === ')(') {
    return text[word.end] === ')' && word.end - word.start <= 4 ? gap : undefined
  }
  if (gap === ',') return /^\d{3}$/.test(word.text) && /\d$/.test(last.text) ? gap : undefined
  if (width > 1) return undefined
  if (/[-‐‑‒–—−]/.test(gap)) return '-'
  return /[_./:@#+&\\'’·]/.test(gap) ? gap : undefined
}

/** The parts in their normal spelling with plain marks between; undefined when they are plain words. */
function spell(text: string, parts: readonly Token[]): Token | undefined {
  const [first, ...rest] = parts
  const last = rest.at(-1)
  if (!first || !last || parts.length > maxParts) return undefined
  let spelling = first.text
  for (const [i, part] of rest.entries()) spelling += `${joinerOf(text, parts[i] ?? first, part)}${part.text}`
  if (!/\p{N}|[_@.]/u.test(spelling)) return undefined
  const bracket = joinerOf(text, rest.at(-2) ?? first, last)?.endsWith('(') ? ')' : ''
  return { text: spelling + bracket, start: first.start, end: last.end + bracket.length, extra: true }
}
