import MiniSearch from 'minisearch'

/** MiniSearch as its manual shows it: BM25+ over words, no vectors. */
export async function open({ texts }) {
  const index = new MiniSearch({ fields: ['text'] })
  await index.addAllAsync(texts.map((text, id) => ({ id, text })))
  return {
    scores: 'words',
    search: ({ text }) =>
      index
        .search(text)
        .slice(0, 10)
        .map(({ id }) => id),
  }
}
