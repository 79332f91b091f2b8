import { expect, test } from 'vitest'
import { seeded } from '#isolation/seeded.ts'
import type { Moment } from '#features/events/index.ts'
import { type Count, countEvents, type Raising, type Rule } from './count-events.ts'

const beginning: Count = { position: 0, countedAfter: 0, count: 0, isRaised: false, raisedAt: null }
/** The first at 1, each so many milliseconds after the start. */
const events = (...times: number[]): Moment[] => times.map((ms, i) => ({ number: i + 1, at: new Date(ms) }))

/** Counts as the server does, so many events at a time. */
function countAll(rule: Rule, all: readonly Moment[], atOnce: number): Raising[] {
  const told: Raising[] = []
  let count = beginning
  for (let rounds = 0; ; rounds++) {
    expect(rounds).toBeLessThan(10 * all.length + 10)
    const beyond = (after: number) => all.filter(({ number }) => number > after).slice(0, atOnce)
    const news = beyond(count.position)
    if (news.length === 0) return told
    const { after, raisings } = countEvents(rule, count, news, beyond(count.countedAfter))
    expect(after).not.toEqual(count)
    told.push(...raisings)
    count = after
  }
}
const lastOf = (raisings: Raising[]) => raisings.map(({ last }) => last)

test('it is raised with the event that makes as many as the threshold, and says which these are', () => {
  const rule = { threshold: 3, windowMs: 100 }
  expect(countAll(rule, events(0, 10), 10)).toEqual([])
  expect(countAll(rule, events(0, 10, 20), 10)).toEqual([{ count: 3, first: 1, last: 3, at: new Date(20) }])
})

test('what is as old as the window is long does not count', () => {
  const rule = { threshold: 2, windowMs: 100 }
  expect(lastOf(countAll(rule, events(0, 100), 10))).toEqual([])
  expect(lastOf(countAll(rule, events(0, 99), 10))).toEqual([2])
})

test('a flood raises it once, and once more in each window while it goes on', () => {
  const rule = { threshold: 5, windowMs: 100 }
  const flood = events(...Array.from({ length: 250 }, (_, i) => i))
  expect(lastOf(countAll(rule, flood, 1000))).toEqual([5, 105, 205])
})

test('it is raised again after the count was below the threshold, by events that were not told of before', () => {
  const rule = { threshold: 3, windowMs: 100 }
  // With 190 there are two in the window: what was is over, and 190 is the first of what comes.
  expect(lastOf(countAll(rule, events(0, 90, 91, 95, 192, 193, 194), 10))).toEqual([3, 7])
  expect(lastOf(countAll(rule, events(0, 90, 91, 192, 193), 10))).toEqual([3])
})

test('a stream that keeps crossing the threshold does not raise it each time', () => {
  const rule = { threshold: 10, windowMs: 100 }
  const jittered = events(...Array.from({ length: 1000 }, (_, i) => i * 10 + (i % 2) * 9))
  expect(countAll(rule, jittered, 50).length).toBeLessThanOrEqual(100)
})

test('however many events are counted at once, it is raised for the same', () => {
  const random = seeded(22)
  for (let round = 0; round < 100; round++) {
    let ms = 0
    const times = Array.from({ length: 120 }, () => (ms += Math.floor(random() ** 4 * 60)))
    const rule = { threshold: 1 + Math.floor(random() * 8), windowMs: 20 + Math.floor(random() * 80) }
    const whole = countAll(rule, events(...times), 1000)
    for (const { count, first, last } of whole) {
      const within = events(...times).filter(({ number }) => number >= first && number <= last)
      expect(within).toHaveLength(count)
      expect(times[last - 1]! - times[first - 1]!).toBeLessThan(rule.windowMs)
    }
    for (const atOnce of [1, 2, 7]) expect(countAll(rule, events(...times), atOnce)).toEqual(whole)
  }
})
