import { crc32 } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BlockUnreadable } from './block.ts'
import { type BlockVectors, decodeVectors, encodeVectors, vectorFormat } from './vectors.ts'

const sample = {
  embedder: 'static-1',
  width: 3,
  vectors: Int8Array.of(1, -2, 3, 127, -127, 0),
  scales: Float32Array.of(0.5, 2),
}
const packed = encodeVectors(sample)

test('vectors come out as they were packed', () => {
  expect(decodeVectors(packed, 2)).toEqual(sample)
})

test('vectors of another number of chunks than the block has are refused', () => {
  for (const chunks of [0, 1, 3]) expect(() => decodeVectors(packed, chunks)).toThrow(BlockUnreadable)
})

test('vectors of a newer format are refused as such', () => {
  const newer = Buffer.from(packed)
  newer[4] = vectorFormat + 1
  expect(() => decodeVectors(newer, 2)).toThrow(expect.objectContaining({ reason: 'newer' }))
})

test('every flipped bit and every missing byte is noticed', () => {
  for (let bit = 0; bit < packed.length * 8; bit++) {
    const bytes = Buffer.from(packed)
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    expect(() => decodeVectors(bytes, 2)).toThrow(BlockUnreadable)
  }
  for (let length = 0; length < packed.length; length++)
    expect(() => decodeVectors(packed.subarray(0, length), 2)).toThrow(BlockUnreadable)
})

test('bytes with a right checksum are refused or give one vector of full width a chunk', () => {
  const edit = fc.record({ at: fc.nat({ max: packed.length - 5 }), value: fc.integer({ min: 0, max: 255 }) })
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat({ max: 20 }), (edits, cut) => {
      const bytes = Buffer.from(packed.subarray(0, packed.length - cut))
      for (const { at, value } of edits) if (at > 4 && at < bytes.length) bytes[at] = value
      bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4)
      const read = tryDecode(bytes)
      expect(read === undefined || isSound(read)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

function tryDecode(bytes: Uint8Array): BlockVectors | undefined {
  try {
    return decodeVectors(bytes, 2)
  } catch (error) {
    if (error instanceof BlockUnreadable) return undefined
    throw error
  }
}

function isSound({ width, vectors, scales }: BlockVectors): boolean {
  const areLengths = scales.every((scale) => Number.isFinite(scale) && scale >= 0)
  return vectors.length === 2 * width && scales.length === 2 && areLengths
}
