export type SignedRank = {
  /** Two-sided: how likely differences like these are when there is none. */
  p: number
  /**
   * Matched-pairs rank-biserial correlation, from -1 to 1: the share of the ranks that speak for "greater" minus the
   * share that speaks for "smaller" (D. S. Kerby, The simple difference formula, 2014). 0 is no difference.
   */
  effect: number
}

/**
 * Wilcoxon's signed-rank test of paired samples in its normal approximation, with corrections for ties and continuity;
 * pairs without a difference are left out (Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 3rd edition,
 * section 3.1). For 20 pairs and more.
 */
export function testSignedRanks(differences: readonly number[]): SignedRank {
  const sorted = differences.filter((d) => d !== 0).sort((a, b) => Math.abs(a) - Math.abs(b))
  const n = sorted.length
  if (n === 0) return { p: 1, effect: 0 }
  let greater = 0
  let ties = 0
  for (let start = 0, end = 0; start < n; start = end) {
    while (end < n && Math.abs(sorted[end]!) === Math.abs(sorted[start]!)) end++
    const rank = (start + 1 + end) / 2
    greater += rank * sorted.slice(start, end).filter((d) => d > 0).length
    const tied = end - start
    ties += tied * (tied - 1) * (tied + 1)
  }
  const mean = (n * (n + 1)) / 4
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1) - ties / 2) / 24)
  const distance = Math.max(0, Math.abs(greater - mean) - 0.5)
  return { p: twoTails(distance / deviation), effect: greater / mean - 1 }
}

/**
 * The p-values of several tests, adjusted so that one of them falls below a level by chance no more often than the level
 * says for all together (S. Holm, A simple sequentially rejective multiple test procedure, 1979).
 */
export function adjustByHolm(ps: readonly number[]): number[] {
  const order = ps.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p)
  const adjusted: number[] = []
  let highest = 0
  for (const [rank, { p, i }] of order.entries()) {
    highest = Math.max(highest, Math.min(1, p * (ps.length - rank)))
    adjusted[i] = highest
  }
  return adjusted
}

/** Both tails of the standard normal distribution beyond z ≥ 0, to 1.2e-7 of itself: erfcc of Numerical Recipes, section 6.2. */
function twoTails(z: number): number {
  const x = z / Math.SQRT2
  const t = 1 / (1 + x / 2)
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ]
  const sum = coefficients.reduceRight((rest, coefficient) => coefficient + t * rest, 0)
  return t * Math.exp(-x * x + sum)
}
