import { crc32 } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Block, BlockUnreadable, blockFormat } from './block.ts'
import { encodeFormat1 } from '../reference/open-workspace.ts'
import { buildBlock, type IndexableChunk } from './build.ts'
import { decodeBlock } from './decode.ts'
import { encodeBlock } from './encode.ts'
import { readPositions } from './positions.ts'
import { packWords, unpackWords } from './words.ts'

const chunk = (ordinal: number, text: string, language = 'en'): IndexableChunk => ({
  ordinal,
  text,
  heading: '',
  tableHeader: '',
  title: '',
  language,
})

const chunks = fc
  .uniqueArray(fc.nat({ max: 1e6 }), { maxLength: 6 })
  .chain((ordinals) =>
    fc.tuple(
      fc.constant(ordinals.sort((a, b) => a - b)),
      fc.array(fc.constantFrom('fee', 'Frist', 'a', 'term 7/12', '黑豹队'), { maxLength: 12 }),
      fc.constantFrom('en', 'de', 'und'),
    ),
  )
  .map(([ordinals, words, language]) =>
    ordinals.map((ordinal, i) => chunk(ordinal, words.slice(i).join(' '), i % 2 ? 'en' : language)),
  )

const sample = buildBlock([
  chunk(0, 'Either party may end this agreement; the agreement ends.'),
  chunk(7, 'Die Frist ist drei Monate.', 'de'),
])

test('a block says which chunk has which term how often', () => {
  const block = decodeBlock(buildBlock([chunk(3, 'fee fee term'), chunk(9, 'fees')]))
  expect([...block.ordinals]).toEqual([3, 9])
  expect([...block.lengths]).toEqual([3, 1])
  const postings = Array.from(block.termHighs, (_, t) =>
    Array.from(
      block.postingChunks.subarray(block.postingStarts[t], block.postingStarts[t + 1]),
      (c, i) => `${c}×${block.postingCounts[block.postingStarts[t]! + i]}`,
    ),
  )
  expect(new Set(postings.map((own) => own.join()))).toEqual(new Set(['0×1', '0×2,1×1']))
})

test('a block says where in its chunk each term stands, across title and text with a gap', () => {
  const placesOf = (text: string, title = '') => {
    const block = decodeBlock(buildBlock([{ ...chunk(0, text), title }]))
    return walkPositions(block)[0].map(String).sort()
  }
  expect(placesOf('fee term fee')).toEqual(['0,2', '1'])
  expect(placesOf('see INV-7/12 now')).toEqual(['0', '1', '1', '2', '3', '4'])
  expect(placesOf('fee', 'notice term')).toEqual(['0', '1', '18'])
  const many = Array.from({ length: 300 }, (_, i) => i).join()
  expect(placesOf('fee '.repeat(300))).toEqual([many])
})

test('a block says the words of its chunks as they are spelled, and nothing that is no word', () => {
  const title = 'Straße'
  const block = decodeBlock(
    buildBlock([{ ...chunk(0, 'Fees, fee INV-7/12 to a 2nd 黑豹队'), title }, chunk(1, 'fees feel')]),
  )
  expect([...unpackWords(block.words)]).toEqual(['fee', 'feel', 'fees', 'inv', 'straße'])
})

test('words are packed in the order of their bytes and come out whole, however long and alike', () => {
  const letters = fc.constantFrom('a', 'b', 'é', 'ж', '𐐨', 'aaaaaaaaaaaaaaaaaa')
  fc.assert(
    fc.property(fc.uniqueArray(fc.array(letters, { maxLength: 2 }).map((some) => some.join(''))), (words) => {
      const sorted = words
        .map((word) => Buffer.from(word))
        .sort((a, b) => Buffer.compare(a, b))
        .map(String)
      expect([...unpackWords(packWords(words))]).toEqual(sorted)
    }),
  )
})

test('a block of the format before positions is read without them', () => {
  const block = decodeBlock(sample)
  expect(decodeBlock(encodeFormat1(block))).toEqual({
    ...block,
    positions: undefined,
    words: new Uint8Array(),
  })
})

test('a term is counted 255 times at most, a chunk is as long as it is', () => {
  const block = decodeBlock(buildBlock([chunk(0, 'fee '.repeat(300))]))
  expect([...block.postingCounts]).toEqual([255])
  expect([...block.lengths]).toEqual([300])
})

test('an identifier can be found but makes its chunk no longer', () => {
  const block = decodeBlock(buildBlock([chunk(0, 'INV-2024/0815')]))
  expect(block.termHighs).toHaveLength(4)
  expect([...block.lengths]).toEqual([3])
})

test('title, headings and table header count as words of the chunk', () => {
  const block = decodeBlock(
    buildBlock([{ ...chunk(0, 'thirty days'), title: 'Lease', heading: 'Notice', tableHeader: 'Price' }]),
  )
  expect([...block.lengths]).toEqual([5])
})

test('what was packed comes out again', () => {
  const block = decodeBlock(sample)
  expect(block.families).toEqual(['de', 'en'])
  fc.assert(
    fc.property(chunks, (some) => {
      const packed = buildBlock(some)
      expect(encodeBlock(decodeBlock(packed)).equals(packed)).toBe(true)
    }),
  )
})

test('a file without chunks has a block too', () => {
  expect(decodeBlock(buildBlock([])).ordinals).toHaveLength(0)
})

test('a block of a newer format is refused as such', () => {
  const newer = Buffer.from(sample)
  newer[4] = blockFormat + 1
  expect(() => decodeBlock(newer)).toThrow(expect.objectContaining({ reason: 'newer' }))
})

test('every flipped bit and every missing byte is noticed', () => {
  for (let bit = 0; bit < sample.length * 8; bit++) {
    const bytes = Buffer.from(sample)
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    expect(() => decodeBlock(bytes)).toThrow(BlockUnreadable)
  }
  for (let length = 0; length < sample.length; length++) {
    expect(() => decodeBlock(sample.subarray(0, length))).toThrow(BlockUnreadable)
  }
})

test('bytes with a right checksum are refused or read within their bounds, never misread', () => {
  const edit = fc.record({ at: fc.nat({ max: sample.length - 5 }), value: fc.integer({ min: 0, max: 255 }) })
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat({ max: 20 }), (edits, cut) => {
      const bytes = Buffer.from(sample.subarray(0, sample.length - cut))
      for (const { at, value } of edits) if (at > 4 && at < bytes.length) bytes[at] = value
      bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4)
      const block = tryDecode(bytes)
      if (block) expectSound(block)
    }),
    { numRuns: 3000 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(tryDecode(bytes)).toBeUndefined()
    }),
  )
})

function tryDecode(bytes: Uint8Array): Block | undefined {
  try {
    return decodeBlock(bytes)
  } catch (error) {
    if (error instanceof BlockUnreadable) return undefined
    throw error
  }
}

function expectSound(block: Block): void {
  const chunkCount = block.ordinals.length
  expect(block.postingStarts.at(-1)).toBe(block.postingChunks.length)
  expect(block.chunkFamilies.every((family) => family < block.families.length)).toBe(true)
  expect(block.ordinals.every((ordinal, i) => i === 0 || ordinal > block.ordinals[i - 1]!)).toBe(true)
  expect(block.postingChunks.every((one) => one < chunkCount)).toBe(true)
  expect(block.postingCounts.every((count) => count > 0)).toBe(true)
  for (let t = 0; t < block.termHighs.length; t++) {
    const own = block.postingChunks.subarray(block.postingStarts[t], block.postingStarts[t + 1])
    expect(own.every((one, i) => i === 0 || one > own[i - 1]!)).toBe(true)
  }
  const [places, end] = walkPositions(block)
  expect(places.every((own) => own.every((place, i) => i === 0 || place >= own[i - 1]!))).toBe(true)
  expect(
    places.every((own, p) => block.postingCounts[p] === 255 || own.length === block.postingCounts[p]),
  ).toBe(true)
  expect(end).toBe(block.positions?.length ?? 0)
  expect([...unpackWords(block.words)].every((word) => word.length <= 120)).toBe(true)
}

/** The positions of every posting, and where the last ones end. */
function walkPositions({ positions, postingCounts }: Block): [number[][], number] {
  let at = 0
  const places = Array.from(positions ? postingCounts : [], (count) => {
    const own: number[] = []
    at = readPositions(positions!, at, count, own)
    return own
  })
  return [places, at]
}
