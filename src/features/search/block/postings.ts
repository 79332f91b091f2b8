import type { TermTable } from '../terms/table.ts'
import type { Block } from './block.ts'
import type { Steps } from './steps.ts'

/** Which terms stand in which chunks, while a block is made. */
export type Postings = ReturnType<typeof createPostings>

const firstRoom = 1024

/**
 * 13 bytes a posting, in room that grows: a table of a million rows has ten million of them. They come chunk by chunk, and the
 * bytes of their positions one after the other, so that each ends where the next begins.
 */
export function createPostings() {
  let terms = new Uint32Array(firstRoom)
  let chunks = new Uint32Array(firstRoom)
  let counts = new Uint8Array(firstRoom)
  let starts = new Uint32Array(firstRoom)
  let size = 0
  return {
    /** @param start where the bytes of its positions begin */
    add: (term: number, chunk: number, count: number, start: number) => {
      if (size === terms.length) {
        terms = grown(terms, new Uint32Array(2 * size))
        chunks = grown(chunks, new Uint32Array(2 * size))
        counts = grown(counts, new Uint8Array(2 * size))
        starts = grown(starts, new Uint32Array(2 * size))
      }
      terms[size] = term
      chunks[size] = chunk
      counts[size] = count
      starts[size++] = start
    },
    all: () => ({ size, terms, chunks, counts, starts }),
  }
}

function grown<T extends Uint32Array | Uint8Array>(old: T, larger: T): T {
  larger.set(old)
  return larger
}

type SortedPostings = Pick<
  Block,
  'termHighs' | 'termLows' | 'postingStarts' | 'postingChunks' | 'postingCounts' | 'positions'
>

/** Postings, terms or places that are gone through in one step. */
const perStep = 512

/**
 * Terms in ascending order of their 64 bits, each with its postings.
 * @param written the bytes of all positions, in the order in which the postings were added
 */
export function* sortPostings(
  table: TermTable,
  postings: Postings,
  written: Uint8Array,
): Steps<SortedPostings> {
  const { size, terms, chunks, counts, starts } = postings.all()
  const order = yield* sortTerms(table)
  const rank = new Uint32Array(table.size)
  for (const [place, term] of order.entries()) rank[term] = place
  const postingStarts = new Uint32Array(table.size + 1)
  for (let i = 0; i < size; i++) {
    postingStarts[rank[terms[i]!]! + 1]!++
    if (i % perStep === 0) yield
  }
  for (let t = 0; t < table.size; t++) postingStarts[t + 1]! += postingStarts[t]!
  const next = postingStarts.slice()
  const sorted = new Uint32Array(size)
  for (let i = 0; i < size; i++) {
    sorted[next[rank[terms[i]!]!]!++] = i
    if (i % perStep === 0) yield
  }
  const postingChunks = new Uint32Array(size)
  const postingCounts = new Uint8Array(size)
  const positions = new Uint8Array(written.length)
  let at = 0
  for (const [place, i] of sorted.entries()) {
    postingChunks[place] = chunks[i]!
    postingCounts[place] = counts[i]!
    const end = i + 1 < size ? starts[i + 1]! : written.length
    for (let from = starts[i]!; from < end; from++) positions[at++] = written[from]!
    if (place % perStep === 0) yield
  }
  const termHighs = Uint32Array.from(order, (term) => table.highs[term]!)
  const termLows = Uint32Array.from(order, (term) => table.lows[term]!)
  return { termHighs, termLows, postingStarts, postingChunks, postingCounts, positions }
}

const termsPerBucket = 16
const mostBits = 20

/** The terms in their order: dealt out by their first bits, which are as good as random, and then sorted a few at a time. */
function* sortTerms({ highs, lows, size }: TermTable): Steps<Uint32Array> {
  const bits = Math.min(mostBits, Math.ceil(Math.log2(1 + size / termsPerBucket)))
  const bucketOf = (term: number) => Math.floor(highs[term]! / 2 ** (32 - bits))
  const starts = new Uint32Array(2 ** bits + 1)
  for (let term = 0; term < size; term++) starts[bucketOf(term) + 1]!++
  for (let b = 0; b < 2 ** bits; b++) starts[b + 1]! += starts[b]!
  const next = starts.slice()
  const order = new Uint32Array(size)
  for (let term = 0; term < size; term++) order[next[bucketOf(term)]!++] = term
  yield
  for (let b = 0; b < 2 ** bits; b++) {
    order.subarray(starts[b], starts[b + 1]).sort((x, y) => highs[x]! - highs[y]! || lows[x]! - lows[y]!)
    if (b % (perStep / termsPerBucket) === 0) yield
  }
  return order
}
