import { ModelError, type Embedders, type NamedEmbedder } from '#adapters/embedder/port.ts'
import type { Db } from '#platform/db/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { type Meaning, type Meanings, readMeaning } from '../rank/meaning.ts'
import { findSpaces, type RetrievalRequest } from '../retrieve.ts'
import { choose, readTenantChoice } from './read-choice.ts'

export type MeaningDeps = { db: Db; embedders: Embedders }

type Question = Pick<RetrievalRequest, 'spaces'> & { query: string }

/**
 * What a query means to the embedders whose vectors the asked spaces have, and to no other: its text goes nowhere else.
 * Outside of any transaction, since a model may take its time. One that does not answer is left out.
 * @param share left out: as much as each embedder trusts itself with this query
 * @throws spaces.not_found
 */
export async function readMeanings(
  scope: TenantScope,
  question: Question,
  deps: MeaningDeps,
  share?: number,
): Promise<Meanings> {
  const meanings = new Map<string, Meaning>()
  const asked = await findEmbedders(scope, question, deps)
  const reading = asked.map(async (embedder) => {
    try {
      meanings.set(embedder.id, await readMeaning(embedder, question.query, scope.signal, share))
    } catch (error) {
      if (!(error instanceof ModelError)) throw error
    }
  })
  await Promise.all(reading)
  return meanings
}

async function findEmbedders(
  scope: TenantScope,
  { spaces }: Question,
  { db, embedders }: MeaningDeps,
): Promise<readonly NamedEmbedder[]> {
  // Asking them all takes less time than looking up which are needed, and nothing leaves the process.
  if (embedders.all.every(({ isInstant }) => isInstant)) return embedders.all
  return db.tenant(scope, async (tx) => {
    const tenantChoice = await readTenantChoice(tx)
    const asked = await findSpaces(tx, spaces)
    const serving = new Set(asked.map((space) => choose(space, tenantChoice, embedders).serving))
    return embedders.all.filter((one) => serving.has(one))
  })
}
