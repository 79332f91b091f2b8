import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Writes a model whose output for a piece is its row of a table: the smallest that the real runtime runs, so that every
 * number can be checked. By hand, in the protocol buffers of ONNX's onnx.proto: one node, Gather(table, input_ids).
 */
export async function writeTinyModel(
  folder: string,
  vocabulary: readonly string[],
  rows: readonly (readonly number[])[],
): Promise<void> {
  const width = rows[0]?.length ?? 0
  const table = [
    number(1, rows.length),
    number(1, width),
    number(2, floatType),
    bytes(8, 'table'),
    bytes(9, Buffer.from(Float32Array.from(rows.flat()).buffer)),
  ]
  const graph = [
    bytes(1, [bytes(1, 'table'), bytes(1, 'input_ids'), bytes(2, 'output'), bytes(4, 'Gather')]),
    bytes(2, 'graph'),
    bytes(5, table),
    bytes(11, value('input_ids', int64Type, ['batch', 'length'])),
    bytes(12, value('output', floatType, ['batch', 'length', 'width'])),
  ]
  const model = [number(1, 8), bytes(7, graph), bytes(8, [bytes(1, ''), number(2, 13)])]
  await writeFile(join(folder, 'model.onnx'), Buffer.concat(model))
  await writeFile(join(folder, 'vocab.txt'), `${vocabulary.join('\n')}\n`)
}

const floatType = 1
const int64Type = 7

function value(name: string, type: number, shape: readonly string[]): Buffer[] {
  const dimensions = shape.map((one) => bytes(1, [bytes(2, one)]))
  return [bytes(1, name), bytes(2, [bytes(1, [number(1, type), bytes(2, dimensions)])])]
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)])
}

function bytes(field: number, value: string | Buffer | readonly Buffer[]): Buffer {
  const content =
    typeof value === 'string' ? Buffer.from(value) : Buffer.isBuffer(value) ? value : Buffer.concat(value)
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content])
}

function varint(value: number): Buffer {
  const low: number[] = []
  let rest = value
  for (; rest > 127; rest >>>= 7) low.push((rest & 127) | 128)
  return Buffer.from([...low, rest])
}
