import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, Index, rerankers } from '@lancedb/lancedb'

const rowsAtOnce = 10_000

/** LanceDB on a disk: its index of words and an exact scan of the vectors, joined by reciprocal ranks. */
export async function open({ texts, width, vectors }) {
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-lancedb-'))
  const database = await connect(folder)
  const rowsFrom = (from) =>
    texts.slice(from, from + rowsAtOnce).map((text, i) => ({
      id: from + i,
      text,
      vector: Array.from(vectors.subarray((from + i) * width, (from + i + 1) * width)),
    }))
  const table = await database.createTable('chunks', rowsFrom(0))
  for (let from = rowsAtOnce; from < texts.length; from += rowsAtOnce) await table.add(rowsFrom(from))
  await table.createIndex('text', { config: Index.fts() })
  const reranker = await rerankers.RRFReranker.create()
  return {
    scores: 'words and meaning',
    async search({ text, vector }) {
      const found = await table
        .query()
        .nearestTo(Array.from(vector))
        .distanceType('cosine')
        .fullTextSearch(text, { columns: ['text'] })
        .rerank(reranker)
        .select(['id', '_score', '_distance'])
        .limit(10)
        .toArray()
      return found.map(({ id }) => Number(id))
    },
    async close() {
      table.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
