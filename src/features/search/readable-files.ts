import { sql, type SqlBool } from 'kysely'
import type { TenantTx } from '#platform/db/index.ts'

/**
 * The files of these spaces that a caller may read who is held to parts of them; undefined for who sees them as a whole.
 * What is not among them is nowhere: neither in results, nor in counts, statistics, suggestions or corrections.
 */
export async function findReadableFiles(
  tx: TenantTx,
  spaces: readonly { id: string }[],
): Promise<ReadonlySet<string> | undefined> {
  const sees = tx.scope.part?.sees
  if (!sees) return undefined
  const whole = new Set(sees.spaces)
  if (sees.except.length === 0 && spaces.every(({ id }) => whole.has(id))) return undefined
  const rows = await tx.kysely
    .selectFrom('files')
    .select('id')
    .where(
      isAmong(
        'files.space_id',
        spaces.map(({ id }) => id),
      ),
    )
    // Row security says the same and is what counts; said here, indexes lead to few files among many.
    .where((eb) =>
      eb.or([
        isAmong('files.space_id', sees.spaces),
        isAmong('files.folder_id', sees.within),
        isAmong('files.id', sees.within),
      ]),
    )
    .execute()
  return new Set(rows.map(({ id }) => id))
}

function isAmong(column: string, ids: readonly string[]) {
  return sql<SqlBool>`${sql.ref(column)} = any(${[...ids]}::uuid[])`
}
