import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainRows } from './plain-rows.ts'
import { openVectorMemory } from './vector-memory.ts'

const memory = openVectorMemory()
const int8 = fc.oneof(fc.integer({ min: -128, max: 127 }), fc.constantFrom(-128, -127, 127))
const matrix = fc
  .record({ width: fc.integer({ min: 1, max: 300 }), count: fc.integer({ min: 0, max: 70 }) })
  .chain(({ width, count }) =>
    fc.record({
      query: fc.array(int8, { minLength: width, maxLength: width }),
      rows: fc.array(fc.array(int8, { minLength: width, maxLength: width }), {
        minLength: count,
        maxLength: count,
      }),
    }),
  )

test('the kernel gives the same integers as plain code, for any vectors of any width', () => {
  fc.assert(
    fc.property(matrix, ({ query, rows }) => {
      const kernel = memory.createRows(rows.length, query.length)
      const plain = plainRows(rows.length, query.length)
      for (const [i, row] of rows.entries()) {
        kernel.set(i, Int8Array.from(row))
        plain.set(i, Int8Array.from(row))
        expect([...kernel.get(i)]).toEqual(row)
      }
      const expected = rows.map((row) => row.reduce((sum, value, i) => sum + value * query[i]!, 0))
      expect([...kernel.dots(Int8Array.from(query))]).toEqual(expected)
      expect([...plain.dots(Int8Array.from(query))]).toEqual(expected)
    }),
  )
})

test('the widest vectors of the largest numbers do not overflow', () => {
  const extreme = new Int8Array(4096).fill(-128)
  const rows = memory.createRows(3, 4096)
  rows.set(1, extreme)
  expect([...rows.dots(extreme)]).toEqual([0, 4096 * 16_384, 0])
})

test('more rows than the kernel answers at once come in their order', () => {
  const count = 40_000
  const rows = memory.createRows(count, 16)
  for (let i = 0; i < count; i++) rows.set(i, new Int8Array(16).fill(i % 100))
  const dots = rows.dots(new Int8Array(16).fill(1))
  expect(dots.every((value, i) => value === (i % 100) * 16)).toBe(true)
})

test('rows made later leave earlier ones as they are', () => {
  const own = openVectorMemory()
  const first = own.createRows(20, 256)
  for (let i = 0; i < 20; i++) first.set(i, new Int8Array(256).fill(i))
  const before = first.dots(new Int8Array(256).fill(1))
  for (let i = 0; i < 50; i++) own.createRows(1000, 256).set(999, new Int8Array(256).fill(1))
  expect(first.dots(new Int8Array(256).fill(1))).toEqual(before)
})

test('without a page left rows are kept elsewhere and are as exact', () => {
  const small = openVectorMemory(2 ** 17)
  const [inside, outside] = [small.createRows(200, 256), small.createRows(200, 256)]
  for (const rows of [inside, outside]) rows.set(199, new Int8Array(256).fill(-128))
  const query = new Int8Array(256).fill(127)
  expect(outside.dots(query)).toEqual(inside.dots(query))
  expect(small.bytes()).toBe(2 ** 17)
})

test('ten thousand indexes fit into one process', () => {
  const all = Array.from({ length: 10_000 }, () => memory.createRows(1, 256))
  expect(all.every((rows) => rows.dots(new Int8Array(256))[0] === 0)).toBe(true)
})

test('pages that nobody can reach any more are used again, and are empty', async () => {
  const small = openVectorMemory(2 ** 17)
  const ofAllPages = () => small.createRows(256, 250)
  const fill = () => {
    const rows = ofAllPages()
    for (let i = 0; i < rows.count; i++) rows.set(i, new Int8Array(250).fill(99))
    return rows.bytes
  }
  const [paged, elsewhere] = [fill(), ofAllPages().bytes]
  expect(elsewhere).toBeLessThan(paged)
  let again = ofAllPages()
  for (; again.bytes !== paged; again = ofAllPages()) {
    collectGarbage()
    await setImmediate()
  }
  expect(again.dots(new Int8Array(250).fill(1)).every((product) => product === 0)).toBe(true)
})

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}
