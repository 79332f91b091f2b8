import { expect, test } from 'vitest'
import { mean, ndcg, percentile, recall, reciprocalRank } from './metrics.ts'

const graded = new Map([
  ['a', 3],
  ['b', 2],
  ['c', 0],
  ['d', 1],
])

test('nDCG is grades over log2(rank + 1), against the best order there is', () => {
  // DCG = 2/log2(2) + 0/log2(3) + 3/log2(4) = 2 + 1.5; ideal = 3/1 + 2/1.58496 + 1/2 = 4.76186
  expect(ndcg(['b', 'c', 'a'], graded, 10)).toBeCloseTo(3.5 / 4.76186, 5)
  expect(ndcg(['a', 'b', 'd', 'c'], graded, 10)).toBe(1)
})

test('what stands below the cut does not count, in the ranking or in the ideal', () => {
  // one place: found grade 1, possible grade 3
  expect(ndcg(['d', 'a', 'b'], graded, 1)).toBeCloseTo(1 / 3, 10)
})

test('unjudged and badly judged documents gain nothing', () => {
  expect(ndcg(['x', 'y'], graded, 10)).toBe(0)
  expect(
    ndcg(
      ['x', 'a'],
      new Map([
        ['a', 1],
        ['x', -2],
      ]),
      10,
    ),
  ).toBeCloseTo(1 / Math.log2(3), 10)
})

test('a query with nothing to find scores 0, not NaN', () => {
  const nothing = new Map([['c', 0]])
  expect([ndcg(['c'], nothing, 10), recall(['c'], nothing, 10), reciprocalRank(['c'], nothing, 10)]).toEqual([
    0, 0, 0,
  ])
})

test('recall is the share of all relevant documents, grade 0 not among them', () => {
  expect(recall(['c', 'a', 'x', 'd'], graded, 10)).toBeCloseTo(2 / 3, 10)
  expect(recall(['c', 'a', 'x', 'd'], graded, 2)).toBeCloseTo(1 / 3, 10)
})

test('the reciprocal rank is that of the first relevant document above the cut', () => {
  expect(reciprocalRank(['c', 'x', 'b', 'a'], graded, 10)).toBeCloseTo(1 / 3, 10)
  expect(reciprocalRank(['c', 'x', 'b', 'a'], graded, 2)).toBe(0)
})

test('percentiles are values that occurred', () => {
  const values = [5, 1, 4, 2, 3]
  expect([0.5, 0.2, 0.99, 1].map((share) => percentile(values, share))).toEqual([3, 1, 5, 5])
  expect(mean(values)).toBe(3)
})
