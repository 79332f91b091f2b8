import { crc32 } from 'node:zlib'
import { type Block, BlockUnreadable, blockFormat, blockMagic, formatWithoutPositions } from './block.ts'
import { checkPositions } from './positions.ts'
import { BlockReader, damaged } from './read.ts'
import { readWords } from './words.ts'

/**
 * Unpacks a stored block (`encodeBlock` gives the form). Every number is checked against what it points into, so a
 * decoded block can be used without further checks. Throws BlockUnreadable.
 */
export function decodeBlock(stored: Uint8Array): Block {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength)
  if (bytes.length < 10 || bytes.readUInt32LE(0) !== blockMagic) throw damaged('it does not begin like one')
  const format = bytes[4]!
  if (format > blockFormat)
    throw new BlockUnreadable('newer', `format ${format}, this server reads ${blockFormat}`)
  const end = bytes.length - 4
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end)) throw damaged('its checksum differs')
  if (format === 0) throw damaged('there is no format 0')
  const reader = new BlockReader(bytes.subarray(0, end), 5)
  const families = Array.from({ length: reader.count(1) }, () => reader.text())
  const chunks = readChunks(reader, families.length)
  const terms = readTerms(reader, chunks.ordinals.length)
  const isPositioned = format !== formatWithoutPositions
  const positions = isPositioned ? checkPositions(reader, terms.postingCounts) : undefined
  const words = isPositioned ? readWords(reader) : new Uint8Array()
  if (reader.left > 0) throw damaged('something follows its end')
  return { families, ...chunks, ...terms, positions, words }
}

function readChunks(reader: BlockReader, families: number) {
  const count = reader.count(3)
  const ordinals = new Uint32Array(count)
  const lengths = new Uint32Array(count)
  const chunkFamilies = new Uint8Array(count)
  let previous = -1
  for (let i = 0; i < count; i++) {
    previous += reader.varint(0xffffffff - previous - 1) + 1
    ordinals[i] = previous
    lengths[i] = reader.varint()
    chunkFamilies[i] = reader.varint(Math.min(families, 256) - 1)
  }
  return { ordinals, lengths, chunkFamilies }
}

function readTerms(reader: BlockReader, chunks: number) {
  const count = reader.count(7)
  const postings = reader.count(1)
  const termHighs = new Uint32Array(count)
  const termLows = new Uint32Array(count)
  const postingStarts = new Uint32Array(count + 1)
  const postingChunks = new Uint32Array(postings)
  const postingCounts = new Uint8Array(postings)
  let at = 0
  let high = 0
  for (let t = 0; t < count; t++) {
    const gap = reader.varint(0xffffffff - high)
    high += gap
    const low = reader.u32()
    if (t > 0 && gap === 0 && low <= termLows[t - 1]!) throw damaged('its terms are out of order')
    termHighs[t] = high
    termLows[t] = low
    const end = at + reader.varint(postings - at)
    for (let chunk = -1; at < end; at++) {
      const packed = reader.varint((chunks - chunk - 1) * 2 - 1)
      chunk += (packed >>> 1) + 1
      postingChunks[at] = chunk
      postingCounts[at] = packed & 1 ? reader.u8() : 1
      if (postingCounts[at] === 0) throw damaged('a term is counted zero times')
    }
    postingStarts[t + 1] = at
  }
  if (at !== postings) throw damaged('postings are missing')
  return { termHighs, termLows, postingStarts, postingChunks, postingCounts }
}
