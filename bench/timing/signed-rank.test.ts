import { expect, test } from 'vitest'
import { adjustByHolm, testSignedRanks } from './signed-rank.ts'

/** With ties and a zero; the expected p is that of @stdlib/stats-wilcoxon 0.2.3. */
const tied = [
  -16, 8, -8, -6, 15, -3, 8, 15, 18, -8, 9, 21, -13, 11, -10, 7, -11, 23, -13, 15, -13, 23, -4, 7, -4, 13,
  -10, -16, -2, -14, 6, 20, -10, 8, 15, 5, 17, 16, -10, 10, -5, -15, -8, 21, 2, 0, 4, -2, 7, 3, 8, -5, -3,
  -14, -9, -8, -13, 19, -2, 22,
]

test('gives the p-values of an independent implementation, ties and zeros included', () => {
  expect(testSignedRanks(tied).p).toBeCloseTo(0.24324653898620752, 6)
  expect(testSignedRanks(tied.map((d) => -d)).p).toBeCloseTo(0.24324653898620752, 6)
})

test('the effect is the share of ranks for greater minus the share for smaller', () => {
  // 1,040 of the 59 · 60 / 2 = 1,770 ranks are of differences above zero.
  expect(testSignedRanks(tied).effect).toBeCloseTo(1040 / 885 - 1, 12)
  expect(testSignedRanks([1, 2, 3]).effect).toBe(1)
  expect(testSignedRanks([-1, -2, -3]).effect).toBe(-1)
})

test('no difference at all is no evidence, and an equal shift of all pairs is much', () => {
  expect(testSignedRanks([0, 0, 0])).toEqual({ p: 1, effect: 0 })
  expect(testSignedRanks(tied.map((d) => d + 18.5)).p).toBeLessThan(1e-9)
})

test('Holm’s adjustment: the smallest p counts for all tests, and no later one falls below an earlier', () => {
  const adjusted = adjustByHolm([0.01, 0.04, 0.03, 0.005])
  for (const [i, p] of [0.03, 0.06, 0.06, 0.02].entries()) expect(adjusted[i]).toBeCloseTo(p, 12)
  expect(adjustByHolm([0.9, 0.8])).toEqual([1, 1])
})
