import { crc32 } from 'node:zlib'
import { type Block, blockFormat, blockMagic, formatWithoutPositions } from './block.ts'
import { atOnce, type Steps } from './steps.ts'
import { writeWords } from './words.ts'
import { type BlockWriter, createBlockWriter } from './write.ts'

/**
 * Packs a block: magic u32, format u8, then unsigned LEB128 numbers unless said:
 * - families: count, then each length and UTF-8;
 * - chunks: count, then each ordinal gap, length and family;
 * - terms: count, count of all postings, then each gap of the high lane, low lane u32, count of postings, and per
 *   posting (gap of the chunk · 2 + is the count above 1) with the count u8 if so;
 * - from format 2 on, positions (`positions.ts`), count of bytes of the words and these (`words.ts`);
 * - CRC-32 of all before, u32. Little-endian throughout.
 */
export function encodeBlock(block: Block): Buffer {
  return atOnce(encodeInSteps(block))
}

export function* encodeInSteps(block: Block): Steps<Buffer> {
  const out = createBlockWriter()
  out.u32(blockMagic)
  out.u8(block.positions ? blockFormat : formatWithoutPositions)
  out.varint(block.families.length)
  for (const family of block.families) out.text(family)
  writeChunks(out, block)
  yield* writeTerms(out, block)
  if (block.positions) {
    out.bytes(block.positions)
    writeWords(out, block.words)
  }
  out.u32(crc32(out.written()))
  return Buffer.from(out.written())
}

function writeChunks(out: BlockWriter, block: Block): void {
  out.varint(block.ordinals.length)
  let previous = -1
  for (const [i, ordinal] of block.ordinals.entries()) {
    out.varint(ordinal - previous - 1)
    out.varint(block.lengths[i]!)
    out.varint(block.chunkFamilies[i]!)
    previous = ordinal
  }
}

const termsPerStep = 256

function* writeTerms(out: BlockWriter, block: Block): Steps<void> {
  out.varint(block.termHighs.length)
  out.varint(block.postingChunks.length)
  let previousHigh = 0
  for (const [t, high] of block.termHighs.entries()) {
    out.varint(high - previousHigh)
    previousHigh = high
    if (t % termsPerStep === 0) yield
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
