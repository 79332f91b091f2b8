import { seededRandom } from '../command/seeded-random.ts'
import { createCorpus } from '../speed/write-corpus.ts'
import type { Chunks, Question } from './contender.ts'

const width = 256
const sectionsAtOnce = 500

/** So many made-up chunks with random vectors, and questions for them: the same for everybody who asks for as many. */
export function makeChunks(count: number, questions: number): { chunks: Chunks; questions: Question[] } {
  const corpus = createCorpus(count)
  const random = seededRandom(count)
  const texts: string[] = []
  while (texts.length < count) {
    const sections = corpus.writeDocument(Math.min(sectionsAtOnce, count - texts.length)).split(/^## /m)
    for (const section of sections) if (section !== '') texts.push(section)
  }
  const vectors = new Float32Array(count * width)
  for (let i = 0; i < count; i++) vectors.set(unitVector(random), i * width)
  return {
    chunks: { texts, width, vectors },
    questions: Array.from({ length: questions }, () => ({
      text: corpus.writeQuery(),
      vector: unitVector(random),
    })),
  }
}

function unitVector(random: () => number): Float32Array {
  const numbers = Float32Array.from({ length: width }, () => random() + random() + random() - 1.5)
  const length = Math.hypot(...numbers)
  return numbers.map((number) => number / length)
}
