import { sql } from 'kysely'
import type { TenantTx } from '#platform/db/index.ts'
import { forbidden } from '#platform/errors.ts'
import { readSubtree } from './queries.ts'

/**
 * Locks folders that are there. Who is held to parts of a space locks what they may change alone.
 * @throws auth.forbidden when that is not all of them
 */
export async function lockFolders(tx: TenantTx, ids: readonly string[]): Promise<void> {
  const locked = await tx.kysely
    .selectFrom('folders')
    .select('id')
    .where(sql<boolean>`folders.id = any(${[...ids]}::uuid[])`)
    .orderBy('id')
    .forUpdate()
    .execute()
  if (locked.length < ids.length) throw forbidden('The caller may not change all of these folders.')
}

/** Ids of a folder and of all within it, whoever asks: what is hidden from the caller moves and goes with it too. */
export function readWholeSubtree(tx: TenantTx, id: string): Promise<string[]> {
  return tx.inWholeSpaces((whole) => readSubtree(whole, [id]))
}
