import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import {
  headerRange,
  openFrames,
  plainLength,
  readHeader,
  sealedLength,
  sealFrames,
  windowOf,
} from './frames.ts'
import { SealBroken } from './seal.ts'

const key = { version: 3, secret: randomBytes(32) }
const frame = 64 * 1024
const sizes = [0, 1, frame - 1, frame, frame + 1, 3 * frame, 3 * frame + 17]

const sealAll = (plain: Buffer, place = 'p') =>
  buffer(Readable.from(sealFrames(key, place, inPieces(plain)), { objectMode: false }))

async function* inPieces(plain: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < plain.length; at += 10_007) yield plain.subarray(at, at + 10_007)
}

function openRange(sealed: Buffer, start: number, end: number, place = 'p') {
  const plainBytes = plainLength(sealed.length, 'p')
  const { version, nonce } = readHeader(sealed.subarray(headerRange.start, headerRange.end + 1), 'p')
  expect(version).toBe(3)
  const window = windowOf(plainBytes, start, end)
  const piece = Readable.from([sealed.subarray(window.sealedStart, window.sealedEnd + 1)], {
    objectMode: false,
  })
  return buffer(openFrames(piece, { key, nonce, place, plainBytes, window }))
}

const openAll = (sealed: Buffer, place?: string) =>
  openRange(sealed, 0, plainLength(sealed.length, 'p') - 1, place)

test.each(sizes)('%i bytes come back, and their sealed length is known beforehand', async (size) => {
  const plain = randomBytes(size)
  const sealed = await sealAll(plain)
  expect(sealed.length).toBe(sealedLength(size))
  expect(plainLength(sealed.length, 'p')).toBe(size)
  expect((await openAll(sealed)).equals(plain)).toBe(true)
})

test('any range opens from its own frames alone', async () => {
  const plain = randomBytes(3 * frame + 17)
  const sealed = await sealAll(plain)
  const edges = [0, 1, frame - 1, frame, frame + 1, 2 * frame, 3 * frame - 1, 3 * frame, plain.length - 1]
  for (const start of edges) {
    for (const end of edges.filter((edge) => edge >= start)) {
      expect((await openRange(sealed, start, end)).equals(plain.subarray(start, end + 1))).toBe(true)
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
