import { crc32 } from 'node:zlib'
import { type Block, blockFormat, blockMagic } from './block.ts'

/**
 * Packs a block: magic u32, format u8, then unsigned LEB128 numbers unless said:
 * - families: count, then each length and UTF-8;
 * - chunks: count, then each ordinal gap, length and family;
 * - terms: count, count of all postings, then each gap of the high lane, low lane u32, count of postings, and per
 *   posting (gap of the chunk · 2 + is the count above 1) with the count u8 if so;
 * - CRC-32 of all before, u32. Little-endian throughout.
 */
export function encodeBlock(block: Block): Buffer {
  const out = createWriter()
  out.u32(blockMagic)
  out.u8(blockFormat)
  out.varint(block.families.length)
  for (const family of block.families) out.text(family)
  writeChunks(out, block)
  writeTerms(out, block)
  out.u32(crc32(out.written()))
  return Buffer.from(out.written())
}

function writeChunks(out: Writer, block: Block): void {
  out.varint(block.ordinals.length)
  let previous = -1
  for (const [i, ordinal] of block.ordinals.entries()) {
    out.varint(ordinal - previous - 1)
    out.varint(block.lengths[i]!)
    out.varint(block.chunkFamilies[i]!)
    previous = ordinal
  }
}

function writeTerms(out: Writer, block: Block): void {
  out.varint(block.termHighs.length)
  out.varint(block.postingChunks.length)
  let previousHigh = 0
  for (const [t, high] of block.termHighs.entries()) {
    out.varint(high - previousHigh)
    previousHigh = high
    out.u32(block.termLows[t]!)
    const end = block.postingStarts[t + 1]!
    out.varint(end - block.postingStarts[t]!)
    let previousChunk = -1
    for (let p = block.postingStarts[t]!; p < end; p++) {
      const count = block.postingCounts[p]!
      out.varint((block.postingChunks[p]! - previousChunk - 1) * 2 + (count > 1 ? 1 : 0))
      if (count > 1) out.u8(count)
      previousChunk = block.postingChunks[p]!
    }
  }
}

type Writer = ReturnType<typeof createWriter>

export function createWriter() {
  let buffer = Buffer.allocUnsafe(1024)
  let size = 0
  const reserve = (bytes: number) => {
    if (size + bytes > buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, size + bytes))
      buffer.copy(larger, 0, 0, size)
      buffer = larger
    }
  }
  const u8 = (value: number) => {
    reserve(1)
    buffer[size++] = value
  }
  const bytes = (values: Uint8Array | Int8Array) => {
    reserve(values.length)
    buffer.set(values, size)
    size += values.length
  }
  const varint = (value: number) => {
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) u8((rest % 128) + 128)
    u8(rest)
  }
  return {
    u8,
    bytes,
    varint,
    u32(value: number) {
      reserve(4)
      size = buffer.writeUInt32LE(value, size)
    },
    f32(value: number) {
      reserve(4)
      size = buffer.writeFloatLE(value, size)
    },
    text(value: string) {
      const encoded = Buffer.from(value)
      varint(encoded.length)
      bytes(encoded)
    },
    written: () => buffer.subarray(0, size),
  }
}
