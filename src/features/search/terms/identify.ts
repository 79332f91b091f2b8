import type { Token } from './tokenise.ts'

/** Longer chains are tables of numbers and addresses of web pages, which nobody types as a whole. */
const maxParts = 12

/**
 * Identifiers that neighbouring words spell together, such as `INV-2024/0815`, `12(3)`, `4.2(b)`, `1,000.50`, `R&D` or
 * `foo_bar@x.org`, and words with signs that belong to them, such as `C++` or `§ 12`: each an extra token. It lifts the
 * chunk with the exact spelling above those that merely have the parts. Hyphenated and slashed plain words (`well-known`,
 * `and/or`) are none.
 */
export function findIdentifiers(text: string, words: readonly Token[]): Token[] {
  const found: Token[] = []
  let from = 0
  for (let i = 1; i <= words.length; i++) {
    const last = words[i - 1]
    const word = words[i]
    if (last && word && joinerOf(text, last, word) !== undefined) continue
    const parts = words.slice(from, i)
    const identifier = spell(text, parts)
    if (identifier) found.push(identifier)
    found.push(...findSigned(text, parts, identifier))
    from = i
  }
  return found
}

/** A section by its sign, as a whole and by its number alone; a name that ends in signs. */
function findSigned(text: string, parts: readonly Token[], identifier: Token | undefined): Token[] {
  const [first] = parts
  const last = parts.at(-1)
  if (!first || !last) return []
  const signed: Token[] = []
  const sign = /§[ \u00A0]?$/.exec(text.slice(Math.max(0, first.start - 2), first.start))
  if (sign && /^\p{N}/u.test(first.text)) {
    const start = first.start - sign[0].length
    for (const { text: number, end } of identifier ? [first, identifier] : [first])
      signed.push({ text: `§${number}`, start, end, extra: true })
  }
  const suffix = /^(?:\+\+|#)(?![\p{L}\p{N}+#])/u.exec(text.slice(last.end, last.end + 3))
  if (suffix && /^\p{L}+$/u.test(last.text)) {
    const end = last.end + suffix[0].length
    signed.push({ text: `${last.text}${suffix[0]}`, start: last.start, end, extra: true })
  }
  return signed
}

/** What stands between two words of one identifier: one mark, or the edges of brackets. Undefined: they are two. */
function joinerOf(text: string, last: Token, word: Token): string | undefined {
  const width = word.start - last.end
  if (width < 1 || width > 2) return undefined
  const gap = text.slice(last.end, word.start)
  if (gap === '(' || gap === ')(') {
    return text[word.end] === ')' && word.end - word.start <= 4 ? gap : undefined
  }
  if (gap === ',') return isGroup(last, word) || isFraction(text, last, word) ? gap : undefined
  if (width > 1) return undefined
  if (/[-‐‑‒–—−]/.test(gap)) return '-'
  return /[_./:@#+&\\'’·]/.test(gap) ? gap : undefined
}

/** `1,250` */
function isGroup(last: Token, word: Token): boolean {
  return /^\d{3}$/.test(word.text) && /\d$/.test(last.text)
}

/** The end of `1.250,50`; elsewhere a comma before two digits may as well part the numbers of a list. */
function isFraction(text: string, last: Token, word: Token): boolean {
  return /^\d{2}$/.test(word.text) && /^\d{3}$/.test(last.text) && /[.'’]/.test(text.charAt(last.start - 1))
}

/** The parts in their normal spelling with plain marks between; undefined when they are plain words. */
function spell(text: string, parts: readonly Token[]): Token | undefined {
  const [first, ...rest] = parts
  const last = rest.at(-1)
  if (!first || !last || parts.length > maxParts) return undefined
  let spelling = first.text
  for (const [i, part] of rest.entries()) spelling += `${joinerOf(text, parts[i] ?? first, part)}${part.text}`
  if (!/\p{N}|[_@.&]/u.test(spelling)) return undefined
  const bracket = joinerOf(text, rest.at(-2) ?? first, last)?.endsWith('(') ? ')' : ''
  return { text: spelling + bracket, start: first.start, end: last.end + bracket.length, extra: true }
}
