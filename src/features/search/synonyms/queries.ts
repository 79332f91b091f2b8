import { sql } from 'kysely'
import type { Static } from 'typebox'
import type { TenantTx } from '#platform/db/index.ts'
import type { SynonymLookup } from './rules.ts'
import type { SynonymRule } from './schemas.ts'

type Rules = Static<typeof SynonymRule>[]

export async function findRules(tx: TenantTx, spaceId: string) {
  const row = await tx.kysely
    .selectFrom('space_synonyms')
    .select([sql<Rules>`rules`.as('rules'), 'updated_at'])
    .where('space_id', '=', spaceId)
    .executeTakeFirst()
  return row && { rules: row.rules, updatedAt: row.updated_at }
}

/** Puts a space's rules in the place of those before. */
export async function replaceRules(
  tx: TenantTx,
  spaceId: string,
  { rules, lookup, at }: { rules: Rules; lookup: SynonymLookup; at: Date },
): Promise<void> {
  const columns = {
    rules: JSON.stringify(rules),
    lookup: JSON.stringify(Object.fromEntries(lookup)),
    updated_at: at,
  }
  await tx.kysely
    .insertInto('space_synonyms')
    .values({ tenant_id: tx.scope.tenantId, space_id: spaceId, ...columns })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'space_id']).doUpdateSet(columns))
    .execute()
  await tx.kysely
    .updateTable('spaces')
    .set({ has_synonyms: rules.length > 0 })
    .where('id', '=', spaceId)
    .execute()
}

/** By space, what may stand for any of these words. */
export async function readSynonyms(
  tx: TenantTx,
  spaceIds: readonly string[],
  keys: readonly string[],
): Promise<Map<string, Map<string, string[]>>> {
  const found = new Map<string, Map<string, string[]>>()
  if (spaceIds.length === 0 || keys.length === 0) return found
  const rows = await tx.kysely
    .selectFrom('space_synonyms')
    .innerJoin(sql<{ key: string }>`unnest(${keys}::text[])`.as<'asked'>(sql`asked(key)`), (join) =>
      join.onTrue(),
    )
    .select(['space_id', 'asked.key', sql<string[]>`lookup -> asked.key`.as('meant')])
    .where('space_id', 'in', [...spaceIds])
    .where(sql<boolean>`lookup ? asked.key`)
    .execute()
  for (const { space_id, key, meant } of rows) {
    const own = found.get(space_id) ?? new Map<string, string[]>()
    found.set(space_id, own.set(key, meant))
  }
  return found
}
