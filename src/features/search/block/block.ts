/**
 * The index of one file version, as stored: what its chunks say, without the words. Chunks are numbered 0 … n-1
 * within the block, terms are in ascending order of their 64 bits, and a term's postings are
 * `postingStarts[t] … postingStarts[t + 1] - 1`, chunks ascending.
 */
export type Block = {
  /** Families of terms (`familyOf`) that `chunkFamilies` points into. */
  families: string[]
  /** Per chunk: its ordinal in the file, ascending; its length in terms; its family. */
  ordinals: Uint32Array
  lengths: Uint32Array
  chunkFamilies: Uint8Array
  termHighs: Uint32Array
  termLows: Uint32Array
  postingStarts: Uint32Array
  postingChunks: Uint32Array
  /** How often the chunk has the term, 1 to 255. */
  postingCounts: Uint8Array
  /** Where each posting's term stands in its chunk (`positions.ts`); undefined in blocks of format 1. */
  positions: Uint8Array | undefined
  /** The words of the chunks as they are spelled (`words.ts`); none in blocks of format 1. */
  words: Uint8Array
}

/**
 * Version of the stored form. A block of a higher one is refused, one of a lower one is still read and made anew in the
 * background. 1: without positions and words.
 */
export const blockFormat = 2
export const formatWithoutPositions = 1

export const blockMagic = 0x58494842 // "BHIX", little-endian

export const maxCount = 255

/** A stored block that cannot be read. `newer` means a newer server wrote it; `damaged`, that nobody did. */
export class BlockUnreadable extends Error {
  readonly reason: 'damaged' | 'newer'

  constructor(reason: 'damaged' | 'newer', detail: string) {
    super(`index block is ${reason}: ${detail}`)
    this.name = 'BlockUnreadable'
    this.reason = reason
  }
}
