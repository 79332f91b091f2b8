import type { Insertable, Selectable } from 'kysely'
import { pageByCreation, type PageRequest, type Tables, type TenantTx } from '#platform/db/index.ts'
import { parseId } from '#platform/ids.ts'
import { tokenNotFound } from './errors.ts'

/** All columns but the hash. */
const columns = [
  'id',
  'hint',
  'subject_external_id',
  'subject_name',
  'scopes',
  'spaces',
  'folders',
  'files',
  'origins',
  'max_uses',
  'uses',
  'created_by',
  'created_at',
  'expires_at',
  'revoked_at',
  'last_used_at',
] as const

export type TokenRow = Selectable<Pick<Tables['portal_tokens'], (typeof columns)[number]>>

export function insertToken(tx: TenantTx, row: Insertable<Tables['portal_tokens']>): Promise<TokenRow> {
  return tx.kysely.insertInto('portal_tokens').values(row).returning(columns).executeTakeFirstOrThrow()
}

/** @throws portal_tokens.not_found */
export async function getToken(tx: TenantTx, text: string): Promise<TokenRow> {
  const id = parseId('ptk', text)
  const row =
    id &&
    (await tx.kysely.selectFrom('portal_tokens').select(columns).where('id', '=', id).executeTakeFirst())
  if (!row) throw tokenNotFound()
  return row
}

export function subjectOf({ id, subject_name: name, subject_external_id: externalId }: TokenRow) {
  return { type: 'portal_token', id, name: name ?? externalId } as const
}

/** Those of one subject where it is named. */
export function listTokens(tx: TenantTx, subject: string | undefined, page: PageRequest) {
  const all = tx.kysely.selectFrom('portal_tokens').select(columns)
  const query = subject === undefined ? all : all.where('subject_external_id', '=', subject)
  return pageByCreation(query, 'portal_tokens', page).execute()
}

/** Ends it, unless it was ended before. @throws portal_tokens.not_found */
export async function revokeToken(tx: TenantTx, text: string, at: Date): Promise<TokenRow> {
  const token = await getToken(tx, text)
  await tx.record({ type: 'portal_token.revoked', subject: subjectOf(token) })
  return tx.kysely
    .updateTable('portal_tokens')
    .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(at)) }))
    .where('id', '=', token.id)
    .returning(columns)
    .executeTakeFirstOrThrow()
}

/** @returns how many were ended by this */
export async function revokeTokensOf(tx: TenantTx, subject: string, at: Date): Promise<number> {
  const ended = await tx.kysely
    .updateTable('portal_tokens')
    .set({ revoked_at: at })
    .where('subject_external_id', '=', subject)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', at)
    .returning(columns)
    .execute()
  await tx.record(
    ...ended.map((token) => ({ type: 'portal_token.revoked', subject: subjectOf(token) }) as const),
  )
  return ended.length
}

/** Ended ones are listed for a while, then they go. */
export async function deleteEndedBefore(tx: TenantTx, before: Date): Promise<void> {
  await tx.kysely.deleteFrom('portal_tokens').where('expires_at', '<', before).execute()
}
