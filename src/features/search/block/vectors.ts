import { crc32 } from 'node:zlib'
import type { Embeddings } from '#adapters/embedder/port.ts'
import { BlockUnreadable } from './block.ts'
import { createBlockWriter } from './write.ts'
import { BlockReader, damaged } from './read.ts'

/** One vector a chunk of a block, in the block's order, with the id and width of the embedder that made them. */
export type BlockVectors = Embeddings & { embedder: string; width: number }

/** Version of the stored form. */
export const vectorFormat = 1

const magic = 0x58564842 // "BHVX", little-endian

/** Wider than any published embedder's. */
const maxWidth = 4096

/**
 * Packs vectors: magic u32, format u8, the embedder's length and UTF-8, width and number of vectors as unsigned LEB128,
 * scales f32, values i8, and CRC-32 of all before as u32. Little-endian throughout.
 */
export function encodeVectors({ embedder, width, scales, vectors }: BlockVectors): Buffer {
  const out = createBlockWriter()
  out.u32(magic)
  out.u8(vectorFormat)
  out.text(embedder)
  out.varint(width)
  out.varint(scales.length)
  for (const scale of scales) out.f32(scale)
  out.bytes(vectors)
  out.u32(crc32(out.written()))
  return Buffer.from(out.written())
}

/** @throws BlockUnreadable also when there is not one for each chunk */
export function decodeVectors(stored: Uint8Array, chunks: number): BlockVectors {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength)
  if (bytes.length < 9 || bytes.readUInt32LE(0) !== magic) throw damaged('its vectors do not begin like any')
  const format = bytes[4]!
  if (format > vectorFormat)
    throw new BlockUnreadable('newer', `vectors of format ${format}, this server reads ${vectorFormat}`)
  const end = bytes.length - 4
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end))
    throw damaged('the checksum of its vectors differs')
  if (format !== vectorFormat) throw damaged(`there is no format ${format} of vectors`)
  const reader = new BlockReader(bytes.subarray(0, end), 5)
  const embedder = reader.text()
  const width = reader.varint(maxWidth)
  if (reader.varint() !== chunks) throw damaged('it has not one vector a chunk')
  const scales = new Float32Array(chunks)
  for (let i = 0; i < chunks; i++) {
    const scale = reader.f32()
    if (!Number.isFinite(scale) || scale < 0) throw damaged('a scale is no length')
    scales[i] = scale
  }
  const vectors = new Int8Array(reader.bytes(chunks * width))
  if (reader.left > 0) throw damaged('something follows its vectors')
  return { embedder, width, scales, vectors }
}
