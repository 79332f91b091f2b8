import type { SystemTx } from '#platform/db/index.ts'
import { usedUpToken } from '../errors.ts'

export type PresentedToken = NonNullable<Awaited<ReturnType<typeof findPresentedToken>>>

/** How exact the last use is told where uses are not counted. */
const lastUseMs = 5 * 60 * 1000

/** The portal token with this hash and the standing of its tenant and partner. The policy shows this one row, if any. */
export function findPresentedToken(tx: SystemTx, hash: Buffer) {
  return tx.kysely
    .selectFrom('portal_tokens')
    .innerJoin('tenants', 'tenants.id', 'portal_tokens.tenant_id')
    .innerJoin('partners', 'partners.id', 'tenants.partner_id')
    .select(['portal_tokens.id', 'portal_tokens.tenant_id', 'portal_tokens.secret_hash'])
    .select(['portal_tokens.subject_external_id', 'portal_tokens.subject_name', 'portal_tokens.scopes'])
    .select(['portal_tokens.spaces', 'portal_tokens.folders', 'portal_tokens.files'])
    .select(['portal_tokens.origins', 'portal_tokens.max_uses', 'portal_tokens.last_used_at'])
    .select(['portal_tokens.expires_at', 'portal_tokens.revoked_at', 'portal_tokens.created_by'])
    .select(['tenants.partner_id', 'tenants.status as tenant_status', 'partners.status as partner_status'])
    .where('portal_tokens.secret_hash', '=', hash)
    .executeTakeFirst()
}

/**
 * Writes that the token was used: each time where uses are counted, otherwise once in some minutes. Of two that come at
 * once for the last use one comes too late.
 * @throws auth.used_up
 */
export async function countUse(tx: SystemTx, token: PresentedToken, now: Date): Promise<void> {
  const { max_uses: maxUses, last_used_at: last, secret_hash: hash } = token
  const update = tx.kysely
    .updateTable('portal_tokens')
    .set({ last_used_at: now })
    .where('secret_hash', '=', hash)
  if (maxUses !== null) {
    const { numUpdatedRows } = await update
      .set((eb) => ({ uses: eb('uses', '+', 1) }))
      .where('uses', '<', maxUses)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n) throw usedUpToken()
  } else if (!last || now.getTime() - last.getTime() >= lastUseMs) await update.execute()
}
