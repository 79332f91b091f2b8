import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanName } from './clean-name.ts'

test.each([
  ['report.pdf', 'report.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\temp\\a.txt', 'a.txt'],
  ['a/b\\c', 'c'],
  ['..', 'unnamed'],
  ['...', 'unnamed'],
  ['', 'unnamed'],
  [undefined, 'unnamed'],
  ['dir/', 'unnamed'],
  ['\u202Egpj.exe', 'gpj.exe'],
  ['line\nbreak\r.txt', 'linebreak.txt'],
  ['  spaced.txt ', 'spaced.txt'],
  ['e\u0301.txt', 'é.txt'],
  ['.htaccess', '.htaccess'],
  ['a\ud800b', 'a\ufffdb'],
])('%j becomes %j', (name, clean) => {
  expect(cleanName(name)).toBe(clean)
})

test('whatever comes in, a short visible name without a path comes out, and stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const clean = cleanName(name)
      expect(clean.length).toBeGreaterThan(0)
      expect(clean.length).toBeLessThanOrEqual(255)
      expect(clean.isWellFormed()).toBe(true)
      expect(clean).not.toMatch(/[/\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      expect(cleanName(clean)).toBe(clean)
    }),
  )
})

test('a long name is cut between characters', () => {
  expect(cleanName('😀'.repeat(300))).toBe('😀'.repeat(127))
  expect(cleanName(`${'a'.repeat(254)}😀`)).toBe('a'.repeat(254))
})
