import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { type DataKey, SealBroken } from './seal.ts'

/** Plain bytes in one frame. A range reads whole frames, so larger ones waste more and smaller ones cost more each. */
const frameBytes = 64 * 1024
const tagBytes = 16
const sealedFrameBytes = frameBytes + tagBytes
/** Magic u32, key version u32, nonce 8. The last 4 bytes of each frame's nonce are its number. */
const headerBytes = 16
const magic = 0x42485342 // "BHSB"

/** Length of the sealed form; an empty content is one empty frame, so that it too is authenticated. */
export function sealedLength(plainBytes: number): number {
  return headerBytes + plainBytes + Math.max(1, Math.ceil(plainBytes / frameBytes)) * tagBytes
}

/** Length of the content in a sealed form of this length. @throws SealBroken when no content has that length */
export function plainLength(sealedBytes: number, place: string): number {
  const body = sealedBytes - headerBytes
  const frames = Math.max(1, Math.ceil(body / sealedFrameBytes))
  const plain = body - frames * tagBytes
  if (plain < 0 || sealedLength(plain) !== sealedBytes) throw new SealBroken('it was cut off', place)
  return plain
}

/**
 * Seals a stream in frames. Each frame authenticates the place, its number and whether it is the last, so that none can
 * be changed, moved, repeated, left out or cut off.
 */
export async function* sealFrames(
  key: DataKey,
  place: string,
  content: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const nonce = randomBytes(8)
  const header = Buffer.alloc(headerBytes)
  header.writeUInt32BE(magic)
  header.writeUInt32BE(key.version, 4)
  nonce.copy(header, 8)
  yield header
  let number = 0
  for await (const { pieces, isLast } of inFrames(content, frameBytes))
    yield sealFrame(key, nonce, place, number++, isLast, pieces)
}

type Pieces = { pieces: Buffer[]; isLast: boolean }

/**
 * Cuts a stream into pieces that make up one frame each, without copying them. A full frame waits for the next byte: only
 * then is it known not to be the last, which may be shorter, or empty where there is nothing at all.
 */
async function* inFrames(content: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Pieces> {
  let pieces: Buffer[] = []
  let room = bytes
  for await (const piece of content) {
    let rest = piece
    while (rest.length > room) {
      yield { pieces: [...pieces, rest.subarray(0, room)], isLast: false }
      rest = rest.subarray(room)
      pieces = []
      room = bytes
    }
    if (rest.length > 0) pieces.push(rest)
    room -= rest.length
  }
  yield { pieces, isLast: true }
}

/** Where the sealed bytes of plain bytes `start` to `end` (inclusive) lie, and which of the opened ones were asked for. */
type Window = {
  firstFrame: number
  frames: number
  sealedStart: number
  sealedEnd: number
  skip: number
  length: number
}

export function windowOf(plainBytes: number, start: number, end: number): Window {
  const firstFrame = Math.floor(start / frameBytes)
  const frames = Math.floor(Math.max(start, end) / frameBytes) - firstFrame + 1
  const sealedStart = headerBytes + firstFrame * sealedFrameBytes
  const sealedEnd = Math.min(sealedStart + frames * sealedFrameBytes, sealedLength(plainBytes)) - 1
  return {
    firstFrame,
    frames,
    sealedStart,
    sealedEnd,
    skip: start - firstFrame * frameBytes,
    length: end - start + 1,
  }
}

export function readHeader(header: Buffer, place: string): { version: number; nonce: Buffer } {
  if (header.length !== headerBytes || header.readUInt32BE() !== magic)
    throw new SealBroken('it is not a sealed blob', place)
  return { version: header.readUInt32BE(4), nonce: Buffer.from(header.subarray(8)) }
}

export const headerRange = { start: 0, end: headerBytes - 1 }

type OpenWindow = { key: DataKey; nonce: Buffer; place: string; plainBytes: number; window: Window }

/** Opens the frames of a window. @throws SealBroken as soon as one does not open; what came before was genuine */
export function openFrames(sealed: AsyncIterable<Buffer>, open: OpenWindow): Readable {
  return Readable.from(openEach(sealed, open), { objectMode: false })
}

async function* openEach(sealed: AsyncIterable<Buffer>, open: OpenWindow): AsyncGenerator<Buffer> {
  const { window, plainBytes } = open
  const lastFrame = Math.max(0, Math.ceil(plainBytes / frameBytes) - 1)
  let number = window.firstFrame
  let left = window.length
  let skip = window.skip
  for await (const { pieces } of inFrames(sealed, sealedFrameBytes)) {
    const plain = unsealFrame(open, number, number === lastFrame, pieces)
    number++
    const wanted = plain.subarray(skip, skip + left)
    left -= wanted.length
    skip = 0
    if (wanted.length > 0) yield wanted
  }
  if (number !== window.firstFrame + window.frames || left > 0)
    throw new SealBroken('it was cut off', open.place)
}

function sealFrame(
  key: DataKey,
  nonce: Buffer,
  place: string,
  number: number,
  isLast: boolean,
  plain: Buffer[],
): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key.secret, frameNonce(nonce, number))
  cipher.setAAD(frameContext(place, number, isLast))
  const sealed = plain.map((piece) => cipher.update(piece))
  return Buffer.concat([...sealed, cipher.final(), cipher.getAuthTag()])
}

function unsealFrame(
  { key, nonce, place }: OpenWindow,
  number: number,
  isLast: boolean,
  pieces: Buffer[],
): Buffer {
  const frame = Buffer.concat(pieces)
  const decipher = createDecipheriv('aes-256-gcm', key.secret, frameNonce(nonce, number), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(frameContext(place, number, isLast))
  if (frame.length < tagBytes) throw new SealBroken('it was cut off', place)
  decipher.setAuthTag(frame.subarray(frame.length - tagBytes))
  const plain = decipher.update(frame.subarray(0, frame.length - tagBytes))
  try {
    // GCM holds nothing back: this only authenticates, and a copy of the frame is spared.
    decipher.final()
    return plain
  } catch {
    throw new SealBroken('wrong key, wrong place, or changed', place)
  }
}

function frameNonce(nonce: Buffer, number: number): Buffer {
  const full = Buffer.alloc(12)
  nonce.copy(full)
  full.writeUInt32BE(number, 8)
  return full
}

function frameContext(place: string, number: number, isLast: boolean): Buffer {
  return Buffer.from(`${place}#${number}${isLast ? '.' : ''}`)
}
