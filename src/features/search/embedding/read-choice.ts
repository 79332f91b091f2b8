import type { Embedders, NamedEmbedder } from '#adapters/embedder/port.ts'
import type { TenantTx } from '#platform/db/index.ts'

export type Choice = {
  /** The name it is chosen by, configured or not. */
  name: string
  /**
   * The embedder that the space is to have. Undefined when no such one is configured any more: then nothing is embedded,
   * since no other place was chosen for these texts.
   */
  target: NamedEmbedder | undefined
  /** Id of the embedder whose vectors are searched. */
  servingId: string | null
  /** That embedder, where it is still configured and may be asked. */
  serving: NamedEmbedder | undefined
}

/** The embedder of spaces of this tenant that choose none; null for the server's default. */
export async function readTenantChoice(tx: TenantTx): Promise<string | null> {
  const tenant = await tx.kysely.selectFrom('tenants').select('embedder').executeTakeFirst()
  return tenant?.embedder ?? null
}

type SpaceChoice = { embedder: string | null; serving_embedder: string | null }

/** Which embedder a space is to have: its own choice, else its tenant's, else the server's. */
export function choose(space: SpaceChoice, tenantChoice: string | null, embedders: Embedders): Choice {
  const name = space.embedder ?? tenantChoice ?? embedders.default.name
  const target = embedders.named(name)
  const servingId = space.serving_embedder
  const known = servingId === null ? undefined : embedders.withId(servingId)
  // Whoever chooses an embedder on this machine ends the sending of texts at once, not when the change is through.
  const mayServe = known?.isRemote !== true || target?.isRemote === true
  return { name, target, servingId, serving: mayServe ? known : undefined }
}

/** The same, looked up; undefined without the space. */
export async function readChoice(
  tx: TenantTx,
  spaceId: string,
  embedders: Embedders,
): Promise<Choice | undefined> {
  const tenantChoice = await readTenantChoice(tx)
  const space = await tx.kysely
    .selectFrom('spaces')
    .select(['embedder', 'serving_embedder'])
    .where('id', '=', spaceId)
    .executeTakeFirst()
  return space && choose(space, tenantChoice, embedders)
}

/** Whose vectors a file of the space should have: those that are searched, and those that are to be. */
export function wantedOf({ serving, target }: Choice): NamedEmbedder[] {
  return [...new Set([serving, target])].filter((one) => one !== undefined)
}
