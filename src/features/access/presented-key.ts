import type { SystemTx } from '#platform/db/index.ts'
import { type KeyLevel, type Permission, permissionsOf } from '#platform/scope/index.ts'

export type PresentedKey = NonNullable<Awaited<ReturnType<typeof findPresentedKey>>>

/** How exact the last use of a key is told. */
const lastUseMs = 5 * 60 * 1000

/**
 * The key with this hash, and that it was used: written at most once in some minutes, however many requests and servers
 * there are.
 * @param assertUsable throws for one that opens nothing any more; then nothing is written
 */
export async function takePresentedKey(
  tx: SystemTx,
  hash: Buffer,
  now: Date,
  assertUsable: (key: PresentedKey) => void,
): Promise<PresentedKey | undefined> {
  const key = await findPresentedKey(tx, hash)
  if (!key) return undefined
  assertUsable(key)
  if (!key.last_used_at || now.getTime() - key.last_used_at.getTime() >= lastUseMs) {
    await tx.kysely.updateTable('keys').set({ last_used_at: now }).where('secret_hash', '=', hash).execute()
  }
  return key
}

/** With the standing of its tenant and partner. The policy shows this one row, if any. */
function findPresentedKey(tx: SystemTx, hash: Buffer) {
  return tx.kysely
    .selectFrom('keys')
    .leftJoin('tenants', 'tenants.id', 'keys.tenant_id')
    .leftJoin('partners', 'partners.id', 'keys.partner_id')
    .select(['keys.id', 'keys.level', 'keys.name', 'keys.partner_id', 'keys.tenant_id', 'keys.space_id'])
    .select(['keys.permissions', 'keys.expires_at', 'keys.revoked_at', 'keys.user_id', 'keys.mode'])
    .select(['keys.allowed_addresses', 'keys.last_used_at'])
    .select(['tenants.status as tenant_status', 'partners.status as partner_status'])
    .where('keys.secret_hash', '=', hash)
    .executeTakeFirst()
}

/** A stored permission that its level may no longer hold is void. */
export function stillKnown(key: PresentedKey): ReadonlySet<Permission> {
  const held = new Set(key.permissions)
  return new Set(permissionsOf[key.level as KeyLevel].filter((permission) => held.has(permission)))
}
