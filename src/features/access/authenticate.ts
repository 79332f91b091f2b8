import type { Credential } from '#http/index.ts'
import { suspended } from '#features/tenancy/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db } from '#platform/db/index.ts'
import type { Scope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { isAllowedAddress } from './addresses.ts'
import { addressRefused, expiredCredential, invalidCredential, revokedCredential } from './errors.ts'
import { type PresentedKey, takePresentedKey } from './presented-key.ts'
import { type KeyRights, readKeyRights } from './rights/read-key-rights.ts'
import { hashSecret, isWellFormedSecret } from './secret.ts'

export type AuthenticateDeps = { db: Db; clock: Clock }

/**
 * Turns a presented key into a scope. The key, and the rights of whom it acts for, are read anew for each request, so that
 * revocation, suspension and every change of rights hold from the very next one.
 * @throws auth.invalid, auth.revoked, auth.expired, auth.deactivated, auth.address_refused, tenancy.suspended
 */
export async function authenticate(credential: Credential, { db, clock }: AuthenticateDeps): Promise<Scope> {
  if (!isWellFormedSecret('bhk', credential.secret)) throw invalidCredential()
  const hash = hashSecret(credential.secret)
  return db.system(
    'authenticate',
    async (tx) => {
      const now = clock.now()
      const key = await takePresentedKey(tx, hash, now, (key) => assertUsable(key, credential, now))
      if (!key) throw invalidCredential()
      return scopeOfKey(key, credential, await readKeyRights(tx, key, credential))
    },
    { secretHash: hash.toString('hex') },
  )
}

function assertUsable(key: PresentedKey, { address }: Credential, now: Date): void {
  // From the first moment the same answer as after the end, when its keys are gone.
  if (key.tenant_status === 'erasing') throw invalidCredential()
  if (key.revoked_at) throw revokedCredential()
  if (key.expires_at && key.expires_at <= now) throw expiredCredential()
  if (!isAllowedAddress(address, key.allowed_addresses)) throw addressRefused()
  if (key.partner_status && key.partner_status !== 'active') throw suspended('The partner is suspended.')
  if (key.tenant_status && key.tenant_status !== 'active')
    throw suspended(`The tenant is ${key.tenant_status}.`)
}

function scopeOfKey(key: PresentedKey, { requestId, signal }: Credential, rights: KeyRights): Scope {
  const common = {
    subject: { type: 'key', id: key.id, name: key.name } as const,
    permissions: rights.permissions,
    requestId,
    signal,
  }
  if (key.level === 'platform') return mintScope({ ...common, level: 'platform' })
  if (!key.partner_id) throw new TypeError(`key ${key.id} has no partner`)
  if (key.level === 'partner') return mintScope({ ...common, level: 'partner', partnerId: key.partner_id })
  if (!key.tenant_id) throw new TypeError(`key ${key.id} has no tenant`)
  return mintScope({
    ...common,
    ...rights.reach,
    level: 'tenant',
    partnerId: key.partner_id,
    tenantId: key.tenant_id,
    ...(key.space_id ? { boundTo: key.space_id } : {}),
    ...(rights.user ? { user: rights.user } : {}),
  })
}
