import type { Token } from './tokenise.ts'

/**
 * Per token the number of the word it is, from 0. An extra token stands where the word that it begins with or in stands, so
 * neighbours in a text have neighbouring numbers whatever else was found there.
 */
export function positionsOf(tokens: readonly Token[]): number[] {
  const positions: number[] = []
  const starts: number[] = []
  for (const { extra, start } of tokens) if (!extra) starts.push(start)
  let word = 0
  for (const { extra, start } of tokens) positions.push(extra ? lastAtOrBefore(starts, start) : word++)
  return positions
}

function lastAtOrBefore(starts: readonly number[], start: number): number {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (starts[middle]! <= start) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}
