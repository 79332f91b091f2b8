import { create, insertMultiple, search } from '@orama/orama'

/** Orama's hybrid search, with the weights it has by itself. */
export async function open({ texts, width, vectors }) {
  const index = create({ schema: { text: 'string', embedding: `vector[${width}]` } })
  const documents = texts.map((text, i) => ({
    id: String(i),
    text,
    embedding: Array.from(vectors.subarray(i * width, (i + 1) * width)),
  }))
  await insertMultiple(index, documents, 1000)
  return {
    scores: 'words and meaning',
    async search({ text, vector }) {
      const { hits } = await search(index, {
        mode: 'hybrid',
        term: text,
        vector: { value: Array.from(vector), property: 'embedding' },
        limit: 10,
      })
      return hits.map(({ id }) => Number(id))
    },
  }
}
