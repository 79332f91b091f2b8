/** A piece of a text, `end` exclusive. */
export type Span = { start: number; end: number }

/** Without white space at its ends; undefined when there is nothing else. */
export function trimSpan(text: string, start: number, end: number): Span | undefined {
  let from = start
  let to = end
  while (from < to && isSpace(text, from)) from++
  while (to > from && isSpace(text, to - 1)) to--
  return from < to ? { start: from, end: to } : undefined
}

/** Lines, and what is longer than `maxChars` of them at white space. */
export function* splitLines(text: string, span: Span, maxChars: number): Generator<Span> {
  for (let start = span.start; start < span.end;) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 || newline > span.end ? span.end : newline
    const line = trimSpan(text, start, end)
    if (line) yield* splitAtSpace(text, line, maxChars)
    start = end + 1
  }
}

/** Intl.Segmenter is quadratic on old runtimes and 9 MB/s on new ones, in pieces. */
const pieceChars = 10_000
const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' })

/** Sentences, and what is longer than `maxChars` of them at white space. */
export function splitSentences(text: string, span: Span, maxChars: number): Span[] {
  return splitAtSpace(text, span, pieceChars).flatMap((piece) => {
    // A line end inside a paragraph is no sentence end, but the segmenter takes it for one.
    const line = text.slice(piece.start, piece.end).replaceAll('\n', ' ')
    return [...segmenter.segment(line)].flatMap(({ segment, index }) => {
      const sentence = trimSpan(text, piece.start + index, piece.start + index + segment.length)
      return sentence ? splitAtSpace(text, sentence, maxChars) : []
    })
  })
}

/** Pieces of at most `maxChars` (2 or more), cut at the last white space of each, or between characters where there is none. */
function splitAtSpace(text: string, span: Span, maxChars: number): Span[] {
  const spans: Span[] = []
  let rest: Span | undefined = span
  while (rest && rest.end - rest.start > maxChars) {
    const cut = cutBefore(text, rest.start, rest.start + maxChars)
    const piece = trimSpan(text, rest.start, cut)
    if (piece) spans.push(piece)
    rest = trimSpan(text, cut, rest.end)
  }
  if (rest) spans.push(rest)
  return spans
}

/** Where to cut at or before `most`: after a space in the second half, else before a character that starts a cluster. */
function cutBefore(text: string, start: number, most: number): number {
  const least = start + Math.max(1, Math.floor((most - start) / 2))
  for (let cut = most; cut > least; cut--) if (isSpace(text, cut) && startsCluster(text, cut + 1)) return cut
  for (let cut = most; cut > least; cut--) if (startsCluster(text, cut)) return cut
  // A letter with more than half a chunk of accents is nobody's text: only surrogate pairs stay whole.
  return isLowSurrogate(text, most) ? most - 1 : most
}

/** Not inside a surrogate pair, nor before a mark, joiner, variation selector or skin tone, nor after a joiner. */
function startsCluster(text: string, at: number): boolean {
  if (isLowSurrogate(text, at)) return false
  const next = String.fromCodePoint(text.codePointAt(at) ?? 0)
  return !/^[\p{M}\p{Emoji_Modifier}\u200c\u200d]$/u.test(next) && text[at - 1] !== '\u200d'
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff
}

function isSpace(text: string, at: number): boolean {
  return /^\s$/.test(text.charAt(at))
}
