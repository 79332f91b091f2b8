import type { Credential } from '#http/index.ts'
import { suspended } from '#features/tenancy/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db } from '#platform/db/index.ts'
import { type KeyLevel, type Permission, permissionsOf, type Scope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { expiredCredential, invalidCredential, revokedCredential } from './errors.ts'
import { findPresentedKey, type PresentedKey } from './queries.ts'
import { hashSecret, isWellFormedSecret } from './secret.ts'

export type AuthenticateDeps = { db: Db; clock: Clock }

/**
 * Turns a presented key into a scope. It is read anew for each request, so that revocation and suspension hold from
 * the very next one.
 * @throws auth.invalid, auth.revoked, auth.expired, tenancy.suspended
 */
export async function authenticate(credential: Credential, { db, clock }: AuthenticateDeps): Promise<Scope> {
  if (!isWellFormedSecret(credential.secret)) throw invalidCredential()
  const key = await findPresentedKey(db, hashSecret(credential.secret))
  if (!key) throw invalidCredential()
  // From the first moment the same answer as after the end, when its keys are gone.
  if (key.tenant_status === 'erasing') throw invalidCredential()
  if (key.revoked_at) throw revokedCredential()
  if (key.expires_at && key.expires_at <= clock.now()) throw expiredCredential()
  if (key.partner_status && key.partner_status !== 'active') throw suspended('The partner is suspended.')
  if (key.tenant_status && key.tenant_status !== 'active')
    throw suspended(`The tenant is ${key.tenant_status}.`)
  return scopeOfKey(key, credential)
}

function scopeOfKey(key: PresentedKey, { requestId, signal }: Credential): Scope {
  const common = {
    subject: { type: 'key', id: key.id, name: key.name } as const,
    permissions: stillKnown(key),
    requestId,
    signal,
  }
  if (key.level === 'platform') return mintScope({ ...common, level: 'platform' })
  if (!key.partner_id) throw new TypeError(`key ${key.id} has no partner`)
  if (key.level === 'partner') return mintScope({ ...common, level: 'partner', partnerId: key.partner_id })
  if (!key.tenant_id) throw new TypeError(`key ${key.id} has no tenant`)
  return mintScope({
    ...common,
    level: 'tenant',
    partnerId: key.partner_id,
    tenantId: key.tenant_id,
    spaces: key.space_id ? [key.space_id] : 'all',
  })
}

/** A stored permission that its level may no longer hold is void. */
function stillKnown(key: PresentedKey): ReadonlySet<Permission> {
  const held = new Set(key.permissions)
  return new Set(permissionsOf[key.level as KeyLevel].filter((permission) => held.has(permission)))
}
