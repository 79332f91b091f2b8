import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatId, type IdPrefix, isUuid, parseId, randomIds } from './ids.ts'

const prefixes: IdPrefix[] = ['ptn', 'ten', 'spc', 'fil', 'ver', 'chk', 'key', 'job', 'ans']
const anyPrefix = fc.constantFrom(...prefixes)

test('every id comes back as it went out, and means nothing under another prefix', () => {
  fc.assert(
    fc.property(anyPrefix, anyPrefix, fc.uuid(), (prefix, other, uuid) => {
      const text = formatId(prefix, uuid)
      expect(text).toMatch(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`))
      expect(parseId(prefix, text)).toBe(uuid)
      expect(parseId(other, text)).toBe(other === prefix ? uuid : undefined)
    }),
  )
})

test('an id has one spelling: any other text is no id, or is the id itself', () => {
  const anyId = fc.uuid().map((uuid) => formatId('fil', uuid))
  const edited = fc
    .tuple(anyId, fc.nat(29), fc.string({ unit: 'grapheme', maxLength: 2 }))
    .map(([id, at, piece]) => id.slice(0, at) + piece + id.slice(at + 1))
  fc.assert(
    fc.property(
      fc.oneof(
        edited,
        fc.string(),
        anyId.map((id) => id.toUpperCase()),
      ),
      (text) => {
        const uuid = parseId('fil', text)
        expect(uuid === undefined || formatId('fil', uuid) === text).toBe(true)
      },
    ),
  )
})

test.each([
  '',
  'fil',
  'fil_',
  'fil_8zzzzzzzzzzzzzzzzzzzzzzzzz',
  'fil_zzzzzzzzzzzzzzzzzzzzzzzzzz',
  'fil_0000000000000000000000000i',
  'fil_0000000000000000000000000\n',
  'fil_00000000-0000-0000-0000-00',
  '00000000-0000-0000-0000-000000000000',
])('%j is no id', (text) => {
  expect(parseId('fil', text)).toBeUndefined()
})

test('new ids differ, come in order of time and are uuids', () => {
  const ids = Array.from({ length: 1000 }, () => randomIds.uuid())
  expect(new Set(ids).size).toBe(1000)
  expect(ids.every(isUuid)).toBe(true)
  const times = ids.map((id) => id.slice(0, 13))
  expect(times).toEqual(times.toSorted())
})

test.each(['', 'x', '00000000-0000-0000-0000-00000000000', '00000000-0000-0000-0000-00000000000G', ' '])(
  '%j is no uuid',
  (text) => {
    expect(isUuid(text)).toBe(false)
  },
)
