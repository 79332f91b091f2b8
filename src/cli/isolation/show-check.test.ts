import { expect, test } from 'vitest'
import { formatCheck } from './show-check.ts'

test('progress tells statement, probes, rate and time left, and fits its line', () => {
  const progress = { statement: 'markers', done: 1500, expected: 6000 }
  const line = formatCheck(progress, 5000, 200)
  expect(line).toBe(`${'█'.repeat(6)}${'░'.repeat(18)}  25 %  markers  1,500 probes  300/s  15 s left`)
  expect(formatCheck(progress, 5000, 40)).toHaveLength(40)
})

test('progress never passes its end, however many more probes there were than expected', () => {
  const line = formatCheck({ statement: 'markers', done: 20, expected: 10 }, 1000, 200)
  expect(line).toContain('100 %')
  expect(line).toContain('0 ms left')
})
