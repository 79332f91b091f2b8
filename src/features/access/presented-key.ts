import type { Db } from '#platform/db/index.ts'
import { type KeyLevel, type Permission, permissionsOf } from '#platform/scope/index.ts'

export type PresentedKey = NonNullable<Awaited<ReturnType<typeof findPresentedKey>>>

/** How exact the last use of a key is told. */
const lastUseMs = 5 * 60 * 1000

/** With the standing of its tenant and partner. The policy shows this one row, if any. */
export async function findPresentedKey(db: Db, secretHash: Buffer) {
  const [key] = await db.ask(
    'authenticate',
    (kysely) =>
      kysely
        .selectFrom('keys')
        .leftJoin('tenants', 'tenants.id', 'keys.tenant_id')
        .leftJoin('partners', 'partners.id', 'keys.partner_id')
        .select(['keys.id', 'keys.level', 'keys.name', 'keys.partner_id', 'keys.tenant_id', 'keys.space_id'])
        .select(['keys.permissions', 'keys.expires_at', 'keys.revoked_at', 'keys.user_id', 'keys.mode'])
        .select(['keys.allowed_addresses', 'keys.last_used_at', 'keys.secret_hash'])
        .select(['tenants.status as tenant_status', 'partners.status as partner_status'])
        .where('keys.secret_hash', '=', secretHash),
    presentedWith(secretHash),
  )
  return key
}

/** That a key is used: written at most once in some minutes, however many requests and servers there are. */
export async function noteUse(db: Db, key: PresentedKey, now: Date): Promise<void> {
  if (key.last_used_at && now.getTime() - key.last_used_at.getTime() < lastUseMs) return
  await db.ask(
    'authenticate',
    (kysely) =>
      kysely.updateTable('keys').set({ last_used_at: now }).where('secret_hash', '=', key.secret_hash),
    presentedWith(key.secret_hash),
  )
}

/** By this the database shows the one row that is opened with it. */
export function presentedWith(secretHash: Buffer): { secretHash: string } {
  return { secretHash: secretHash.toString('hex') }
}

/** A stored permission that its level may no longer hold is void. */
export function stillKnown(key: PresentedKey): ReadonlySet<Permission> {
  const held = new Set(key.permissions)
  return new Set(permissionsOf[key.level as KeyLevel].filter((permission) => held.has(permission)))
}
