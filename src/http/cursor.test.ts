import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeCursor, encodeCursor, pageOf } from './cursor.ts'

const refused = expect.objectContaining({ code: 'input.invalid' })

test('a position comes back as it went out', () => {
  const at = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(at, fc.uuid(), (at, id) => {
      expect(decodeCursor(encodeCursor({ at, id }))).toEqual({ at, id })
    }),
  )
})

test('any other text is refused, never read as a position that no database holds', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
      expect(() => decodeCursor(text)).toThrow(refused)
    }),
  )
})

test.each(['-271821-04-20T00:00:00.000Z', '+275760-09-13T00:00:00.000Z', 'Infinity', 'now', ''])(
  'the time %j is refused',
  (time) => {
    const cursor = Buffer.from(`${time} ${randomUUID()}`).toString('base64url')
    expect(() => decodeCursor(cursor)).toThrow(refused)
  },
)

test.each(['', 'none', '*', randomUUID().toUpperCase(), "'--", `fil_${randomUUID()}`])(
  'the id %j is refused',
  (id) => {
    const cursor = Buffer.from(`2030-01-01T00:00:00.000Z ${id}`).toString('base64url')
    expect(() => decodeCursor(cursor)).toThrow(refused)
  },
)

test('a page has as many rows as asked for, and a cursor exactly when there are more', () => {
  const rows = [1, 2, 3].map((n) => ({ at: new Date(n), id: randomUUID() }))
  const page = (limit: number) =>
    pageOf(
      rows,
      limit,
      ({ id }) => id,
      (row) => row,
    )
  expect(page(3)).toEqual({ data: rows.map(({ id }) => id), next_cursor: null })
  expect(decodeCursor(page(2).next_cursor ?? '')).toEqual(rows[1])
  expect(pageOf([], 5, String, () => ({ at: new Date(), id: '' }))).toEqual({ data: [], next_cursor: null })
})
