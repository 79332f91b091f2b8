import { expect, test } from 'vitest'
import { formatBytes, formatDuration, formatProgress } from './progress.ts'

const half = { bytesSent: 1_000_000, bytesTotal: 2_000_000, filesDone: 3, filesTotal: 6, elapsedMs: 2000 }

test('the bar tells share, files, bytes, rate and what remains', () => {
  expect(formatProgress(half, 200)).toBe(
    `${'█'.repeat(12)}${'░'.repeat(12)}  50 %  3/6 files  1.0 MB of 2.0 MB  500.0 kB/s  2.0 s left`,
  )
})

test('the bar fits the terminal', () => {
  expect(formatProgress(half, 40)).toHaveLength(40)
})

test('more sent than the files have, by the form around them, is not more than everything', () => {
  const bar = formatProgress({ ...half, bytesSent: 2_000_900 }, 200)
  expect(bar).toContain('100 %')
  expect(bar).toContain('2.0 MB of 2.0 MB  being read')
})

test('before the first byte and without any bytes nothing is divided by zero', () => {
  const nothing = { bytesSent: 0, bytesTotal: 0, filesDone: 0, filesTotal: 0, elapsedMs: 0 }
  expect(formatProgress(nothing, 200)).toContain('0 %  0/0 files')
  expect(formatProgress({ ...half, bytesSent: 0, elapsedMs: 0 }, 200)).not.toMatch(/NaN|Infinity/)
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_951, '1.0 MB'],
  [5_250_000_000, '5.3 GB'],
])('%i bytes read as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test.each([
  [3.4, '3 ms'],
  [999.6, '1.0 s'],
  [9960, '10 s'],
  [59_700, '1 min 0 s'],
  [3_599_600, '1 h 0 min'],
  [7_260_000, '2 h 1 min'],
])('%d milliseconds read as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})
