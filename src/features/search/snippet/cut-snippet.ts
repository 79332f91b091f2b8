import { highlightsOf, type Match } from './find-matches.ts'

export type Snippet = {
  text: string
  /** Marked stretches of the snippet, `[start, end]` in its UTF-16 units; in order, never overlapping. */
  highlights: [number, number][]
}

const targetChars = 240

/**
 * The stretch of about 240 characters that says most about the query: the one with the most different words of it,
 * then the most places, then the first. It begins and ends between words and is an exact part of the text.
 */
export function cutSnippet(text: string, matches: readonly Match[]): Snippet {
  const [start, end] = text.length <= targetChars ? [0, text.length] : widen(text, densestSpan(matches))
  const inside = matches.filter((match) => match.start >= start && match.end <= end)
  return {
    text: text.slice(start, end),
    highlights: highlightsOf(inside).map(([from, to]) => [from - start, to - start]),
  }
}

/** From the first to the last match of the best window; the start of the text when there is no match. */
function densestSpan(matches: readonly Match[]): [number, number] {
  let best: [number, number] = [0, 0]
  let bestWorth = 0
  const counts = new Map<number, number>()
  let from = 0
  for (const [to, match] of matches.entries()) {
    counts.set(match.word, (counts.get(match.word) ?? 0) + 1)
    for (; match.end - matches[from]!.start > targetChars && from < to; from++) {
      const { word } = matches[from]!
      const left = counts.get(word)! - 1
      if (left > 0) counts.set(word, left)
      else counts.delete(word)
    }
    const worth = counts.size * 10_000 + (to - from)
    if (worth <= bestWorth) continue
    bestWorth = worth
    best = [matches[from]!.start, match.end]
  }
  return best
}

/** Room around the span on both sides, cut between words: in a run without any, between characters. */
function widen(text: string, [first, last]: [number, number]): [number, number] {
  const room = Math.max(0, targetChars - (last - first))
  const end = Math.min(text.length, Math.max(last + Math.ceil(room / 2), targetChars))
  const start = Math.max(0, Math.min(first - Math.floor(room / 2), end - targetChars))
  return [cutAfter(text, start, first), cutBefore(text, end, last)]
}

/** The first begin of a word at or after `at`, at most `limit`. */
function cutAfter(text: string, at: number, limit: number): number {
  if (at <= 0) return 0
  for (let i = at; i <= limit; i++) if (isBlank(text, i - 1) && !isBlank(text, i)) return i
  return isInsideCharacter(text, at) ? at + 1 : at
}

/** The last end of a word at or before `at`, at least `limit`. */
function cutBefore(text: string, at: number, limit: number): number {
  if (at >= text.length) return text.length
  for (let i = at; i >= limit && i > 0; i--) if (isBlank(text, i) && !isBlank(text, i - 1)) return i
  return isInsideCharacter(text, at) ? at - 1 : at
}

function isBlank(text: string, at: number): boolean {
  return /\s/.test(text.charAt(at))
}

function isInsideCharacter(text: string, at: number): boolean {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) && /[\uD800-\uDBFF]/.test(text.charAt(at - 1))
}
