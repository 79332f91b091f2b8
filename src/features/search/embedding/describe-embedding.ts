import type { Embedders, NamedEmbedder } from '#adapters/embedder/port.ts'
import { getSpace } from '#features/tenancy/index.ts'
import type { Db } from '#platform/db/index.ts'
import { formatId } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { countEmbedded } from './queries.ts'
import { type Choice, readChoice } from './read-choice.ts'

export type DescribeDeps = { db: Db; embedders: Embedders }

/**
 * Whose vectors a space has and should have, and how far a change is. Counts files that the caller may read.
 * @throws spaces.not_found
 */
export async function describeEmbedding(
  scope: TenantScope,
  reference: string,
  { db, embedders }: DescribeDeps,
) {
  return db.tenant(scope, async (tx) => {
    const { id } = await getSpace(tx, reference)
    const choice = (await readChoice(tx, id, embedders)) ?? nothing
    const counts = await countEmbedded(tx, id, choice.target?.id ?? '')
    return {
      space_id: formatId('spc', id),
      embedder: choice.name,
      serving: choice.serving?.name ?? null,
      state: stateOf(choice, counts),
      files: counts.files,
      embedded: counts.embedded,
    }
  })
}

const nothing: Choice = { name: '', target: undefined, servingId: null, serving: undefined }

function stateOf(
  { target, servingId }: Choice,
  { files, embedded }: { files: number; embedded: number },
): 'ready' | 'changing' | 'incomplete' | 'not_configured' {
  if (!target) return 'not_configured'
  if (files > 0 && servingId !== target.id) return 'changing'
  return embedded < files ? 'incomplete' : 'ready'
}

export function presentEmbedder(
  { name, kind, width, isRemote }: NamedEmbedder,
  { default: fallback }: Embedders,
) {
  return { name, kind, width, is_remote: isRemote, is_default: name === fallback.name }
}
