import { expect, test } from 'vitest'
import { delayBefore, retryDelays } from './schedule.ts'

test('ten attempts are made, over some three days', () => {
  expect(retryDelays).toHaveLength(10)
  const hours = retryDelays.reduce((sum, delay) => sum + delay, 0) / 3_600_000
  expect(hours).toBeGreaterThan(72)
  expect(hours).toBeLessThan(80)
})

test('each waits a tenth more or less than the schedule says, and the first not at all', () => {
  expect([0, 0.5, 1].map((chance) => delayBefore(1, retryDelays, chance))).toEqual([0, 0, 0])
  expect([0, 0.5, 1].map((chance) => delayBefore(2, retryDelays, chance))).toEqual([4500, 5000, 5500])
  for (let attempt = 1; attempt <= 10; attempt++) {
    const delay = delayBefore(attempt) ?? -1
    const said = retryDelays[attempt - 1] ?? 0
    expect(Math.abs(delay - said)).toBeLessThanOrEqual(said / 10 + 1)
  }
})

test('after the last there is none', () => {
  expect(delayBefore(11)).toBeUndefined()
})
