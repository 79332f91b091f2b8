import { skipPositions } from '../block/positions.ts'
import { addTerm, createTermTable, trimTable } from '../terms/table.ts'
import { gone, type Part, type Postings } from './lay-out.ts'

/** Two passes: count what every term will have, then put each posting and its positions in their places. */
export function mergePostings(parts: readonly Part[]) {
  const terms = createTermTable()
  const numbers = parts.map((part) => new Uint32Array(part.source.termHighs.length))
  const counts = { postings: new Uint32Array(1024), bytes: new Uint32Array(1024) }
  for (const [i, { source, target }] of parts.entries()) {
    visitTerms(source, target, (t, live, bytes) => {
      if (live === 0) return
      const term = addTerm(terms, source.termHighs[t]!, source.termLows[t]!)
      if (term === counts.postings.length) {
        counts.postings = grown(counts.postings)
        counts.bytes = grown(counts.bytes)
      }
      counts.postings[term]! += live
      counts.bytes[term]! += bytes
      numbers[i]![t] = term
    })
  }
  trimTable(terms)
  const postingStarts = startsOf(counts.postings, terms.size)
  const positionStarts = startsOf(counts.bytes, terms.size)
  const placed = placePostings(parts, numbers, postingStarts, positionStarts)
  return { terms, postingStarts, positionStarts, ...placed }
}

/** Per term of a source how many of its postings go on, and the bytes of their positions. */
function visitTerms(
  source: Postings,
  target: Uint32Array,
  visit: (term: number, live: number, bytes: number) => void,
): void {
  const { postingStarts, postingChunks, postingCounts, positions } = source
  let at = 0
  for (let t = 0; t < source.termHighs.length; t++) {
    let live = 0
    let bytes = 0
    const end = postingStarts[t + 1]!
    for (let p = postingStarts[t]!; p < end; p++) {
      const next = skipPositions(positions, at, postingCounts[p]!)
      if (target[postingChunks[p]!] !== gone) {
        live++
        bytes += next - at
      }
      at = next
    }
    visit(t, live, bytes)
  }
}

function placePostings(
  parts: readonly Part[],
  numbers: readonly Uint32Array[],
  postingStarts: Uint32Array,
  positionStarts: Uint32Array,
) {
  const [nextPosting, nextByte] = [postingStarts.slice(), positionStarts.slice()]
  const postingChunks = new Uint32Array(postingStarts.at(-1)!)
  const postingCounts = new Uint8Array(postingChunks.length)
  const positions = new Uint8Array(positionStarts.at(-1)!)
  for (const [i, { source, target }] of parts.entries()) {
    let from = 0
    for (let t = 0; t < source.termHighs.length; t++) {
      const term = numbers[i]![t]!
      const end = source.postingStarts[t + 1]!
      for (let p = source.postingStarts[t]!; p < end; p++) {
        const start = from
        from = skipPositions(source.positions, start, source.postingCounts[p]!)
        const chunk = target[source.postingChunks[p]!]!
        if (chunk === gone) continue
        const at = nextPosting[term]!++
        postingChunks[at] = chunk
        postingCounts[at] = source.postingCounts[p]!
        let to = nextByte[term]!
        for (let byte = start; byte < from; byte++) positions[to++] = source.positions[byte]!
        nextByte[term] = to
      }
    }
  }
  return { postingChunks, postingCounts, positions }
}

/** Where each of `size` things begins when they lie one after the other; one more entry closes the last. */
function startsOf(counts: Uint32Array, size: number): Uint32Array {
  const starts = new Uint32Array(size + 1)
  for (let i = 0; i < size; i++) starts[i + 1] = starts[i]! + counts[i]!
  return starts
}

function grown(counts: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(counts.length * 2)
  larger.set(counts)
  return larger
}
