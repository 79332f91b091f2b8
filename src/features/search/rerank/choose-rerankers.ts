import { type NamedReranker, noReranker, type Rerankers } from '#adapters/rerank/port.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { findSpaces, type RetrievalRequest } from '../retrieve.ts'

/** The rerankers of spaces that have one, by the ids of these; undefined where the chosen one is not of this server. */
export type ChosenRerankers = ReadonlyMap<string, NamedReranker | undefined>

/**
 * Whose texts may go to which reranker: a space's own choice, else its tenant's, else the server's. A chosen name that is not
 * configured any more falls back on nothing, least of all on the default, which may be somebody else's machine.
 * @throws spaces.not_found
 */
export async function chooseRerankers(
  tx: TenantTx,
  asked: RetrievalRequest['spaces'],
  rerankers: Rerankers,
): Promise<ChosenRerankers> {
  const tenant = await tx.kysely.selectFrom('tenants').select('reranker').executeTakeFirst()
  const chosen = new Map<string, NamedReranker | undefined>()
  for (const { id, reranker } of await findSpaces(tx, asked)) {
    const name = reranker ?? tenant?.reranker ?? rerankers.defaultName
    if (name !== noReranker) chosen.set(id, rerankers.named(name))
  }
  return chosen
}
