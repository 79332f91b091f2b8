import { expect, test } from 'vitest'
import { chooseEvictions } from './evict.ts'

const space = (tenantId: string, bytes: number, usedAt: number) => ({ tenantId, bytes, usedAt })
const evictedOf = (spaces: ReturnType<typeof space>[], maxBytes: number) =>
  chooseEvictions(spaces, maxBytes).map(({ tenantId, usedAt }) => `${tenantId}${usedAt}`)

test('nothing goes while everything fits', () => {
  expect(evictedOf([space('a', 50, 1), space('b', 50, 2)], 100)).toEqual([])
})

test('of one tenant the least recently used goes first', () => {
  expect(evictedOf([space('a', 40, 3), space('a', 40, 1), space('a', 40, 2)], 100)).toEqual(['a1'])
})

test('a tenant within its share keeps its index however long ago it was used', () => {
  expect(evictedOf([space('small', 10, 1), space('big', 60, 2), space('big', 60, 3)], 100)).toEqual(['big2'])
})

test('an index larger than the whole budget goes, the others stay', () => {
  expect(evictedOf([space('a', 10, 1), space('b', 500, 2)], 100)).toEqual(['b2'])
})

test('whatever is held, what stays fits', () => {
  const spaces = Array.from({ length: 60 }, (_, i) => space(`t${i % 7}`, (i * 37) % 50, i))
  const gone = new Set(chooseEvictions(spaces, 300))
  const kept = spaces.filter((one) => !gone.has(one))
  expect(kept.reduce((sum, one) => sum + one.bytes, 0)).toBeLessThanOrEqual(300)
  expect(kept.length).toBeGreaterThan(5)
})
