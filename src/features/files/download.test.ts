import { expect, test } from 'vitest'
import { parseRange } from './download.ts'

test.each([
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=2-', { start: 2, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-99', { start: 0, end: 9 }],
  ['bytes=5-99', { start: 5, end: 9 }],
])('%s of ten bytes is that part', (header, range) => {
  expect(parseRange(header, 10)).toEqual(range)
})

test.each([undefined, '', 'bytes=-', 'items=0-1', 'bytes=0-1,3-4', 'bytes=x-1'])(
  '%s asks for the whole: several ranges and other units may be ignored',
  (header) => {
    expect(parseRange(header, 10)).toBeUndefined()
  },
)

test.each(['bytes=10-', 'bytes=7-3', 'bytes=-0'])('%s of ten bytes cannot be satisfied', (header) => {
  expect(() => parseRange(header, 10)).toThrow(
    expect.objectContaining({ code: 'files.range_not_satisfiable' }),
  )
})
