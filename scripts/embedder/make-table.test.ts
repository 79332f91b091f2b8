import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { readModel } from '../../src/adapters/embedder/builtin/read-model.ts'
import { fitRows } from './fit-rows.ts'
import { createMatrix, type Matrix, rowOf } from './matrix.ts'
import { multiply, principalAxes } from './principal-axes.ts'
import { weighRows } from './weigh-rows.ts'
import { writeModel } from './write-model.ts'

const folder = await mkdtemp(join(tmpdir(), 'bulkhead-table-'))
afterAll(() => rm(folder, { recursive: true }))

const matrix = (rows: number[][]): Matrix => ({
  count: rows.length,
  width: rows[0]?.length ?? 0,
  values: Float32Array.from(rows.flat()),
})

test('the first axis is the direction in which rows differ most, and all axes stand upright on one another', () => {
  const rows = matrix([
    [10, 10, 0],
    [-10, -10, 0],
    [1, -1, 0.1],
    [-1, 1, -0.1],
  ])
  const axes = principalAxes(rows, 3)
  const column = (k: number) => [0, 1, 2].map((i) => axes.values[i * 3 + k]!)
  expect(column(0).map(Math.abs)).toEqual(
    [Math.SQRT1_2, Math.SQRT1_2, 0].map((value) => expect.closeTo(value, 3)),
  )
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
  for (const [a, b] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const)
    expect(dot(column(a), column(b))).toBeCloseTo(0, 5)
  expect([...multiply(rows, axes).values.subarray(0, 1)].map(Math.abs)).toEqual([expect.closeTo(14.142, 2)])
})

/** Sum of squared distances from what the targets say, and how far rows moved, weighed: what is to be smallest. */
function lossOf(rows: Matrix, start: Matrix, texts: number[][], targets: Matrix, hold: number): number {
  let loss = 0
  for (const [at, value] of rows.values.entries()) loss += hold * (value - start.values[at]!) ** 2
  for (const [text, pieces] of texts.entries()) {
    const sumOf = (from: Matrix) =>
      Array.from({ length: from.width }, (_, k) =>
        pieces.reduce((sum, piece) => sum + rowOf(from, piece)[k]!, 0),
      )
    const length = Math.hypot(...sumOf(start))
    const target = rowOf(targets, text)
    const size = Math.hypot(...target)
    if (length === 0) continue
    for (const [k, value] of sumOf(rows).entries())
      loss += (value / length - (size > 0 ? target[k]! / size : 0)) ** 2
  }
  return loss
}

const number = fc.integer({ min: -9, max: 9 })
const rowsOf = (count: number) =>
  fc.array(fc.array(number, { minLength: 3, maxLength: 3 }), { minLength: count, maxLength: count })

test('fitted rows are where the loss is smallest: no small step in any direction makes it smaller', () => {
  fc.assert(
    fc.property(
      rowsOf(5),
      rowsOf(4),
      fc.array(fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 4 }), { minLength: 4, maxLength: 4 }),
      (first, wanted, texts) => {
        const [start, targets] = [matrix(first), matrix(wanted)]
        const fitted = fitRows({ start, texts, targets, hold: 0.5 })
        const least = lossOf(fitted, start, texts, targets, 0.5)
        for (let at = 0; at < fitted.values.length; at++) {
          for (const step of [-0.05, 0.05]) {
            const moved = { ...fitted, values: fitted.values.slice() }
            moved.values[at]! += step
            expect(lossOf(moved, start, texts, targets, 0.5)).toBeGreaterThanOrEqual(least - 1e-6)
          }
        }
      },
    ),
  )
})

test('a frequent piece weighs less than a rare one, and one that never occurs about its whole', () => {
  const weighed = weighRows(matrix([[1], [1], [1]]), [Array<number>(9998).fill(0), [1]])
  expect([...weighed.values]).toEqual([
    expect.closeTo(0.0003, 4),
    expect.closeTo(0.667, 3),
    expect.closeTo(0.857, 3),
  ])
})

test('a table that was written is read as it was, to within half a step', async () => {
  const rows = createMatrix(3, 4)
  rowOf(rows, 1).set([0.5, -1, 0.25, 0.1])
  rowOf(rows, 2).set([100, 0, -50, 3])
  await writeModel(folder, ['[UNK]', 'fee', '##s'], rows)
  const model = await readModel(folder)
  expect(model).toMatchObject({ width: 4, vocabulary: ['[UNK]', 'fee', '##s'] })
  for (const [at, value] of rows.values.entries()) {
    const scale = model.scales[Math.floor(at / 4)]!
    expect(Math.abs(model.rows[at]! * scale - value)).toBeLessThanOrEqual(scale * 0.5001)
  }
})
