import { buildBlock } from '../../src/features/search/block/build.ts'
import { decodeBlock } from '../../src/features/search/block/decode.ts'
import { applyAdded, createSpaceIndex, indexBytes } from '../../src/features/search/index/space-index.ts'
import { plainQuery } from '../../src/features/search/query/parse-query.ts'
import { everyMatch } from '../../src/features/search/rank/choose-hits.ts'
import { rank } from '../../src/features/search/rank/rank.ts'
import { defaultBm25 } from '../../src/features/search/rank/score.ts'
import type { Chunks, Contender } from './contender.ts'

const chunksOfFile = 100
const kind = { id: 'made-up', width: 256 }

/** The product's own index in memory, with nothing around it: no request, no transaction, no texts. */
export async function openOwnIndex(chunks: Chunks): Promise<Contender> {
  return openIndex(chunks, 0.5)
}

export async function openOwnWords(chunks: Chunks): Promise<Contender> {
  return openIndex(chunks, 0)
}

function openIndex(chunks: Chunks, share: number): Contender {
  const index = createSpaceIndex(kind)
  const added = []
  for (let from = 0; from < chunks.texts.length; from += chunksOfFile) added.push(buildFile(chunks, from))
  applyAdded(index, added)
  return {
    scores: share === 0 ? 'words' : 'words and meaning',
    indexBytes: indexBytes(index),
    search({ text, vector }) {
      const { vectors, scales } = quantise(vector)
      const meaning = { embedder: kind.id, share, vector: vectors, scale: scales[0]!, leastCosine: 0.2 }
      const meanings = share === 0 ? undefined : new Map([[kind.id, meaning]])
      const { hits } = rank([{ spaceId: 'space', index }], {
        ...everyMatch,
        query: plainQuery(text),
        meanings,
        limit: 10,
        bm25: defaultBm25,
        readable: undefined,
      })
      return hits.map(({ fileId, ordinal }) => Number(fileId) + ordinal)
    },
  }
}

function buildFile({ texts, vectors, width }: Chunks, from: number) {
  const to = Math.min(from + chunksOfFile, texts.length)
  const rows = texts.slice(from, to).map((text, ordinal) => ({
    ordinal,
    text,
    heading: '',
    tableHeader: '',
    title: '',
    language: 'en',
  }))
  const own = quantise(vectors.subarray(from * width, to * width))
  return {
    fileId: String(from),
    versionId: `version of ${from}`,
    createdAt: 0,
    block: decodeBlock(buildBlock(rows)),
    vectors: { embedder: kind.id, width, ...own },
  }
}

/** Unit vectors in 8 bits, as the built-in embedder gives them. */
function quantise(numbers: Float32Array): { vectors: Int8Array; scales: Float32Array } {
  const { width } = kind
  const count = numbers.length / width
  const vectors = new Int8Array(numbers.length)
  const scales = new Float32Array(count)
  for (let row = 0; row < count; row++) {
    const of = numbers.subarray(row * width, (row + 1) * width)
    const largest = of.reduce((most, number) => Math.max(most, Math.abs(number)), 0)
    const rounded = of.map((number) => Math.round((number / largest) * 127))
    vectors.set(rounded, row * width)
    scales[row] = 1 / Math.hypot(...rounded)
  }
  return { vectors, scales }
}
