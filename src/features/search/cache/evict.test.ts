import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseEvictions, type Holding } from './evict.ts'

const now = 1000
const space = (tenantId: string, bytes: number, usedAt: number, more: Partial<Holding> = {}) => {
  const holding: Holding = { tenantId, bytes, usedAt, freshAt: now, users: 0 }
  return { ...holding, ...more }
}
const evictedOf = (spaces: Holding[], maxBytes: number) =>
  chooseEvictions(spaces, maxBytes, now)?.map(({ tenantId, usedAt }) => `${tenantId}${usedAt}`)

test('nothing goes while everything fits', () => {
  expect(evictedOf([space('a', 50, 1), space('b', 50, 2)], 100)).toEqual([])
})

test('of one tenant the least recently used goes first', () => {
  expect(evictedOf([space('a', 40, 3), space('a', 40, 1), space('a', 40, 2)], 100)).toEqual(['a1'])
})

test('a tenant within its share keeps its index however long ago it was used, while it asks', () => {
  expect(evictedOf([space('small', 10, 1), space('big', 60, 2), space('big', 60, 3)], 100)).toEqual(['big2'])
})

test('who has not asked for a while gives way to who does, and does not make the shares of others smaller', () => {
  const idle = Array.from({ length: 50 }, (_, i) => space(`idle${i}`, 1, i, { freshAt: now - 1 }))
  const evicted = evictedOf([...idle, space('a', 90, 100)], 100)
  expect(evicted).toEqual(Array.from({ length: 40 }, (_, i) => `idle${i}${i}`))
})

test('an index larger than the whole budget goes, the others stay', () => {
  expect(evictedOf([space('a', 10, 1), space('b', 500, 2)], 100)).toEqual(['b2'])
})

test('what somebody is loading stays, and where it does not fit by itself there is no room', () => {
  expect(evictedOf([space('a', 60, 1, { users: 1 }), space('a', 60, 2)], 100)).toEqual(['a2'])
  const loading = [space('a', 60, 1, { users: 1 }), space('b', 60, 2, { users: 1 })]
  expect(evictedOf([...loading, space('c', 1, 3)], 100)).toBeUndefined()
})

const holdings = fc.array(
  fc.record({
    tenantId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    bytes: fc.integer({ min: 1, max: 60 }),
    usedAt: fc.nat(),
    freshAt: fc.constantFrom(now, now, now - 1),
    users: fc.constantFrom(0, 0, 0, 1),
  }),
  { maxLength: 40 },
)

test('what stays fits, and no tenant that asks loses an index while it holds no more than its share', () => {
  fc.assert(
    fc.property(holdings, fc.integer({ min: 50, max: 500 }), (spaces, maxBytes) => {
      const evicted = chooseEvictions(spaces, maxBytes, now)
      const held = spaces.filter(({ users }) => users > 0)
      const bytesOf = (some: readonly Holding[]) => some.reduce((sum, { bytes }) => sum + bytes, 0)
      expect(evicted !== undefined || bytesOf(held) > 0).toBe(true)
      if (!evicted) return
      const kept = spaces.filter((one) => !evicted.includes(one))
      expect(bytesOf(kept)).toBeLessThanOrEqual(maxBytes)
      expect(held.every((one) => kept.includes(one))).toBe(true)
      const isAsking = ({ freshAt, users }: Holding) => users > 0 || freshAt >= now
      const asking = new Set(spaces.filter(isAsking).map(({ tenantId }) => tenantId))
      for (const tenantId of new Set(evicted.map((one) => one.tenantId)).intersection(asking)) {
        const before = bytesOf(spaces.filter((one) => one.tenantId === tenantId))
        expect(before).toBeGreaterThan(maxBytes / asking.size)
      }
    }),
    { numRuns: 1000 },
  )
})
