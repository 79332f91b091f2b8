import { expect, test } from 'vitest'
import { pageAt } from './queries.ts'

test('a place of the text lies on the page that begins at or before it', () => {
  const starts = [0, 100, 100, 250]
  expect([0, 99, 100, 249, 250, 9_999].map((offset) => pageAt(starts, offset))).toEqual([1, 1, 3, 3, 4, 4])
})

test('a text before the first page with words is on the first page, and a format without pages has none', () => {
  expect(pageAt([5, 10], 0)).toBe(1)
  expect(pageAt(null, 7)).toBeNull()
})
