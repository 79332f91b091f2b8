import { vectorMemory } from '../../src/features/search/vectors/vector-memory.ts'
import { median } from '../speed/measure-search.ts'
import type { Vectors } from './make-vectors.ts'

export type SignBits = {
  chunks: number
  /** Rows that are looked at closely after the first pass. */
  rescored: number
  /** Questions whose hundred best by cosine are all among those. */
  equal: number
  questions: number
  /** Median of the share of the hundred best that are. */
  recall: number
  /** Processor time of the first pass and its choice, and of comparing every vector: medians. */
  firstPassMs: number
  exactMs: number
}

const best = 100

/**
 * What a first pass over the signs of the numbers of each vector would be worth: the rows with the most signs in common with
 * the question are compared in full, the others are not.
 */
export function measureSignBits({ width, rows: numbers, asked }: Vectors, rescored: number): SignBits {
  const chunks = numbers.length / width
  const rowOf = (i: number) => numbers.subarray(i * width, (i + 1) * width)
  const rows = vectorMemory().createRows(chunks, width)
  const scales = new Float64Array(chunks)
  const signs = new Uint32Array((chunks * width) / 32)
  for (let i = 0; i < chunks; i++) {
    rows.set(i, rowOf(i))
    scales[i] = 1 / Math.max(1, Math.hypot(...rowOf(i)))
    signs.set(signsOf(rowOf(i)), (i * width) / 32)
  }
  const found = asked.map((question) => {
    const exact = timed(() => rows.dots(question))
    const first = timed(() => chooseBySigns(signs, signsOf(question), rescored))
    const cosines = Float64Array.from(exact.value, (product, row) => product * scales[row]!)
    const inCommon = nearest(cosines, best).filter((row) => first.value.has(row)).length
    return { inCommon, exactMs: exact.ms, firstMs: first.ms }
  })
  return {
    chunks,
    rescored,
    questions: found.length,
    equal: found.filter(({ inCommon }) => inCommon === best).length,
    recall: median(found.map(({ inCommon }) => inCommon / best)),
    firstPassMs: median(found.map(({ firstMs }) => firstMs)),
    exactMs: median(found.map(({ exactMs }) => exactMs)),
  }
}

/** The rows with the most signs in common, by counting how many rows have each number of them. */
function chooseBySigns(packed: Uint32Array, question: Uint32Array, wanted: number): Set<number> {
  const words = question.length
  const count = packed.length / words
  const distances = new Uint16Array(count)
  const histogram = new Uint32Array(words * 32 + 1)
  for (let row = 0, at = 0; row < count; row++) {
    let distance = 0
    for (let word = 0; word < words; word++) distance += bitsOf(packed[at++]! ^ question[word]!)
    distances[row] = distance
    histogram[distance]!++
  }
  let [limit, within] = [0, histogram[0]!]
  while (within < wanted && limit < words * 32) within += histogram[++limit]!
  const chosen = new Set<number>()
  for (let row = 0; row < count; row++) if (distances[row]! <= limit) chosen.add(row)
  return chosen
}

function bitsOf(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

function signsOf(vector: Int8Array): Uint32Array {
  const signs = new Uint32Array(vector.length / 32)
  for (let i = 0; i < vector.length; i++) if (vector[i]! > 0) signs[i >> 5]! |= 1 << (i & 31)
  return signs
}

function nearest(cosines: Float64Array, count: number): number[] {
  return Array.from(cosines.keys())
    .sort((a, b) => cosines[b]! - cosines[a]! || a - b)
    .slice(0, count)
}

function timed<Value>(work: () => Value): { value: Value; ms: number } {
  const before = process.cpuUsage()
  const value = work()
  const { user, system } = process.cpuUsage(before)
  return { value, ms: (user + system) / 1000 }
}
