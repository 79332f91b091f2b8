import { median } from '../speed/measure-search.ts'

/** A median and its interval of 95 % from order statistics (Hahn and Meeker, Statistical Intervals, section 5.2). */
export type MedianRatio = { ratio: number; interval: [number, number] }

export function medianRatio(ratios: readonly number[]): MedianRatio {
  const sorted = [...ratios].sort((a, b) => a - b)
  const reach = (1.96 * Math.sqrt(sorted.length)) / 2
  const at = (rank: number) =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(rank)))] ?? Number.NaN
  return {
    ratio: median(sorted),
    interval: [at(sorted.length / 2 - reach - 1), at(sorted.length / 2 + reach)],
  }
}

export function writeInterval({ interval }: MedianRatio): string {
  return interval.map((end) => end.toFixed(3)).join(' – ')
}
