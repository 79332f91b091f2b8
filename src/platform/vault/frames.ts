import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { type DataKey, SealBroken } from './seal.ts'

/** Plain bytes in one frame. A range reads whole frames, so larger ones waste more; of 64 KiB each costs twice as much. */
const frameBytes = 256 * 1024
const tagBytes = 16
const sealedFrameBytes = frameBytes + tagBytes
/** Magic u32, key version u32, nonce 8. The last 4 bytes of each frame's nonce are its number. */
const headerBytes = 16
const magic = 0x42485332 // "BHS2"
/** Frames that are read at once: few enough to lie in memory, enough that asking for them costs little. */
const framesPerRead = 4

/** Length of the sealed form; an empty content is one empty frame, so that it too is authenticated. */
export function sealedLength(plainBytes: number): number {
  return headerBytes + plainBytes + Math.max(1, Math.ceil(plainBytes / frameBytes)) * tagBytes
}

/** Length of the content in a sealed form of this length. @throws SealBroken when no content has that length */
function plainLength(sealedBytes: number, place: string): number {
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
  for await (const { pieces, isLast } of inFrames(content))
    yield* sealFrame(key, nonce, place, number++, isLast, pieces)
}

type Pieces = { pieces: Buffer[]; isLast: boolean }

/**
 * Cuts a stream into pieces that make up one frame each, without copying them. A full frame waits for the next byte: only
 * then is it known not to be the last, which may be shorter, or empty where there is nothing at all.
 */
async function* inFrames(content: AsyncIterable<Buffer>): AsyncGenerator<Pieces> {
  let pieces: Buffer[] = []
  let room = frameBytes
  for await (const piece of content) {
    let rest = piece
    while (rest.length > room) {
      yield { pieces: [...pieces, rest.subarray(0, room)], isLast: false }
      rest = rest.subarray(room)
      pieces = []
      room = frameBytes
    }
    if (rest.length > 0) pieces.push(rest)
    room -= rest.length
  }
  yield { pieces, isLast: true }
}

/** Sealed bytes that can be read from anywhere; a read beyond the end gives what is there. */
export type SealedBytes = {
  sizeBytes: number
  read: (start: number, length: number) => Promise<Buffer>
}

type Opening = {
  place: string
  /** The data key of a version. @throws content.key_missing */
  keyOf: (version: number) => Promise<DataKey>
  /** Inclusive positions in the content; all of it where there is none. */
  range: { start: number; end: number } | undefined
}

/**
 * Opens the frames of a range, as they are asked for.
 * @throws content.key_missing, SealBroken at once, or as soon as a frame does not open; what came before was genuine
 */
export async function openFrames(
  sealed: SealedBytes,
  { place, keyOf, range }: Opening,
): Promise<AsyncGenerator<Buffer>> {
  const plainBytes = plainLength(sealed.sizeBytes, place)
  const start = range?.start ?? 0
  const end = Math.min(range?.end ?? plainBytes - 1, plainBytes - 1)
  // What is asked for from its beginning comes with the header.
  const ahead = frameOf(start) === 0 ? readLength(0, frameOf(Math.max(start, end))) : 0
  const head = await sealed.read(0, headerBytes + ahead)
  const { version, nonce } = readHeader(head, place)
  const key = await keyOf(version)
  return openRange(sealed, head.subarray(headerBytes), { key, nonce, place, plainBytes, start, end })
}

function readHeader(head: Buffer, place: string): { version: number; nonce: Buffer } {
  if (head.length < headerBytes || head.readUInt32BE() !== magic)
    throw new SealBroken('it is not a sealed blob', place)
  return { version: head.readUInt32BE(4), nonce: Buffer.from(head.subarray(8, headerBytes)) }
}

type OpenRange = {
  key: DataKey
  nonce: Buffer
  place: string
  plainBytes: number
  start: number
  end: number
}

async function* openRange(sealed: SealedBytes, ahead: Buffer, range: OpenRange): AsyncGenerator<Buffer> {
  const { plainBytes, start, end } = range
  const lastFrame = Math.max(0, Math.ceil(plainBytes / frameBytes) - 1)
  const last = frameOf(Math.max(start, end))
  let batch = ahead
  for (let number = frameOf(start); number <= last; number++) {
    if (batch.length === 0)
      batch = await sealed.read(headerBytes + number * sealedFrameBytes, readLength(number, last))
    const plain = unsealFrame(range, number, number === lastFrame, batch.subarray(0, sealedFrameBytes))
    batch = batch.subarray(sealedFrameBytes)
    const at = number * frameBytes
    const wanted = plain.subarray(Math.max(0, start - at), end + 1 - at)
    if (wanted.length > 0) yield wanted
  }
}

function frameOf(position: number): number {
  return Math.floor(position / frameBytes)
}

/** Sealed bytes to read at once from frame `number` on, where frame `last` is the last that is wanted. */
function readLength(number: number, last: number): number {
  return Math.min(last - number + 1, framesPerRead) * sealedFrameBytes
}

function sealFrame(
  key: DataKey,
  nonce: Buffer,
  place: string,
  number: number,
  isLast: boolean,
  plain: Buffer[],
): Buffer[] {
  const cipher = createCipheriv('aes-256-gcm', key.secret, frameNonce(nonce, number))
  cipher.setAAD(frameContext(place, number, isLast))
  const sealed = plain.map((piece) => cipher.update(piece))
  // GCM holds nothing back: this only ends it.
  cipher.final()
  return [...sealed, cipher.getAuthTag()]
}

function unsealFrame(
  { key, nonce, place }: OpenRange,
  number: number,
  isLast: boolean,
  frame: Buffer,
): Buffer {
  if (frame.length < tagBytes) throw new SealBroken('it was cut off', place)
  const decipher = createDecipheriv('aes-256-gcm', key.secret, frameNonce(nonce, number), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(frameContext(place, number, isLast))
  decipher.setAuthTag(frame.subarray(frame.length - tagBytes))
  const plain = decipher.update(frame.subarray(0, frame.length - tagBytes))
  try {
    // GCM holds nothing back: this only authenticates.
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
