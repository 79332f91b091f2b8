import type { Embedders } from '#adapters/embedder/port.ts'
import type { TenantTx } from '#platform/db/index.ts'
import type { SearchIndexes } from '../cache/search-indexes.ts'
import type { Choice } from '../rank/choose-hits.ts'
import type { Meanings } from '../rank/meaning.ts'
import type { QueryWord } from '../rank/query-words.ts'
import { chooseTerms } from './choose-terms.ts'
import { findSource, type Like } from './find-source.ts'
import { readVector } from './read-vector.ts'
import { spellTerms } from './spell-terms.ts'

/** What to look for in order to find more of the same. */
export type Likeness = {
  words: QueryWord[]
  /** To the embedder of the source's space; undefined when words alone are looked for. */
  meanings: Meanings | undefined
  leftOut: Choice['leftOut']
  /** The space of a source that has no vector although meaning was asked for. */
  lacking: string[]
}

type LikenessDeps = { indexes: SearchIndexes; embedders: Embedders }

/** As many as Lucene's "more like this" takes. */
const maxWords = 25

/**
 * Reads what a file or chunk is about: its most telling words, by the statistics of the readable chunks of the spaces
 * asked for and of nothing else, and its vector.
 * @param share of meaning; undefined leaves it to the embedder, 0 looks for words alone
 * @throws files.not_found, chunks.not_found, files.not_ready
 */
export async function readLikeness(
  tx: TenantTx,
  like: Like,
  spaces: readonly { id: string; index_seq: number }[],
  share: number | undefined,
  readable: ReadonlySet<string> | undefined,
  { indexes, embedders }: LikenessDeps,
): Promise<Likeness> {
  const source = await findSource(tx, like)
  const corpus = await indexes.ready(tx, spaces)
  // Some of them turn out to be stop words.
  const { terms, families } = await corpus.run(chooseTerms(source, maxWords * 2), readable)
  const words = (await spellTerms(tx, source, terms, families)).slice(0, maxWords)
  const { fileId, ordinal } = source
  const leftOut = { fileId, ordinal }
  if (share === 0) return { words, meanings: undefined, leftOut, lacking: [] }
  const vector = await readVector(tx, source, embedders)
  const embedder = vector && embedders.withId(vector.embedder)
  if (!vector || !embedder) return { words, meanings: undefined, leftOut, lacking: [source.spaceId] }
  const said = words.map(({ text }) => text).join(' ')
  const meaning = { ...vector, share: share ?? embedder.shareOf(said), leastCosine: embedder.leastCosine }
  return { words, meanings: new Map([[embedder.id, meaning]]), leftOut, lacking: [] }
}
