import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { beforeEach, expect, test } from 'vitest'
import { openFrames, sealedLength, sealFrames } from './frames.ts'
import { SealBroken } from './seal.ts'

const key = { version: 3, secret: randomBytes(32) }
const frame = 256 * 1024
const sizes = [0, 1, frame - 1, frame, frame + 1, 3 * frame, 3 * frame + 17, 9 * frame + 1]

const sealAll = (plain: Buffer, place = 'p') =>
  buffer(Readable.from(sealFrames(key, place, inPieces(plain)), { objectMode: false }))

async function* inPieces(plain: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < plain.length; at += 100_003) yield plain.subarray(at, at + 100_003)
}

/** Reads of a medium, counted. */
let reads: { start: number; length: number }[] = []
beforeEach(() => {
  reads = []
})

async function openRange(sealed: Buffer, range?: { start: number; end: number }, place = 'p') {
  const bytes = {
    sizeBytes: sealed.length,
    read: (start: number, length: number) => {
      reads.push({ start, length })
      return Promise.resolve(sealed.subarray(start, start + length))
    },
  }
  const keyOf = (version: number) => {
    expect(version).toBe(3)
    return Promise.resolve(key)
  }
  return buffer(Readable.from(await openFrames(bytes, { place, keyOf, range }), { objectMode: false }))
}

const openAll = (sealed: Buffer, place?: string) => openRange(sealed, undefined, place)

test.each(sizes)('%i bytes come back, and their sealed length is known beforehand', async (size) => {
  const plain = randomBytes(size)
  const sealed = await sealAll(plain)
  expect(sealed.length).toBe(sealedLength(size))
  expect((await openAll(sealed)).equals(plain)).toBe(true)
})

test('a large one is read in few steps, never all of it at once; a piece of it from its own frames', async () => {
  const plain = randomBytes(10 * frame)
  const sealed = await sealAll(plain)
  await openAll(sealed)
  expect(reads).toHaveLength(3)
  reads = []
  await openRange(sealed, { start: 5 * frame + 5, end: 5 * frame + 6 })
  expect(reads.map(({ length }) => length)).toEqual([16, frame + 16])
})

test('any range opens from its own frames alone', async () => {
  const plain = randomBytes(3 * frame + 17)
  const sealed = await sealAll(plain)
  const edges = [0, 1, frame - 1, frame, frame + 1, 2 * frame, 3 * frame - 1, 3 * frame, plain.length - 1]
  for (const start of edges) {
    for (const end of edges.filter((edge) => edge >= start)) {
      expect((await openRange(sealed, { start, end })).equals(plain.subarray(start, end + 1))).toBe(true)
    }
  }
})

test('a blob of another place does not open, nor one with frames changed, swapped, left out or cut off', async () => {
  const sealed = await sealAll(randomBytes(3 * frame))
  const body = 16
  const step = frame + 16
  const frames = [0, 1, 2].map((i) => sealed.subarray(body + i * step, body + (i + 1) * step))
  const header = sealed.subarray(0, body)
  const changed = Buffer.from(sealed)
  changed[body + step + 5]! ^= 1
  await expect(openAll(sealed)).resolves.toHaveLength(3 * frame)
  await expect(openAll(sealed, 'q')).rejects.toThrow(SealBroken)
  await expect(openAll(changed)).rejects.toThrow(SealBroken)
  await expect(openAll(Buffer.concat([header, frames[1]!, frames[0]!, frames[2]!]))).rejects.toThrow(
    SealBroken,
  )
  await expect(openAll(Buffer.concat([header, frames[0]!, frames[1]!]))).rejects.toThrow(SealBroken)
  await expect(openAll(sealed.subarray(0, sealed.length - 1))).rejects.toThrow(SealBroken)
})
