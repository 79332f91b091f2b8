import type { Credential } from '#http/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db } from '#platform/db/index.ts'
import type { Scope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { isAllowedAddress } from './addresses.ts'
import { assertAlive, assertInUse, isThere } from './assert-standing.ts'
import { addressRefused, invalidCredential, originRefused } from './errors.ts'
import { holderOfToken, scopeOfToken } from './portal/scope-of-token.ts'
import { countUse, findPresentedToken, type PresentedToken } from './portal/take-presented-token.ts'
import { findPresentedKey, noteUse, presentedWith, type PresentedKey } from './presented-key.ts'
import { type KeyRights, readKeyRights } from './rights/read-key-rights.ts'
import { requestOf } from './request-of.ts'
import { hashSecret, isWellFormedSecret, type SecretKind } from './secret.ts'

export type AuthenticateDeps = { db: Db; clock: Clock }

/**
 * Turns a presented secret into a scope. The credential, and the rights of whom it acts for, are read anew for each request,
 * so that revocation, suspension and every change of rights hold from the very next one.
 * @throws auth.invalid, auth.revoked, auth.expired, auth.deactivated, auth.address_refused, auth.origin_refused,
 * auth.used_up, tenancy.suspended
 */
export async function authenticate(credential: Credential, deps: AuthenticateDeps): Promise<Scope> {
  const open = opens.find(({ kind }) => isWellFormedSecret(kind, credential.secret))?.open
  if (!open) throw invalidCredential()
  return open(hashSecret(credential.secret), credential, deps)
}

type Open = (hash: Buffer, credential: Credential, deps: AuthenticateDeps) => Promise<Scope>

const opens: { kind: SecretKind; open: Open }[] = [
  { kind: 'bhk', open: openKey },
  { kind: 'bhp', open: openToken },
]

async function openKey(
  hash: Buffer,
  credential: Credential,
  { db, clock }: AuthenticateDeps,
): Promise<Scope> {
  const now = clock.now()
  const key = await findPresentedKey(db, hash)
  if (!key) throw invalidCredential()
  if (isThere(key)) credential.known(scopeOfKey(key, credential, nothing))
  assertAlive(key, now)
  if (!isAllowedAddress(credential.address, key.allowed_addresses)) throw addressRefused()
  assertInUse(key)
  await noteUse(db, key, now)
  return scopeOfKey(key, credential, await readKeyRights(db, key, credential))
}

async function openToken(
  hash: Buffer,
  credential: Credential,
  { db, clock }: AuthenticateDeps,
): Promise<Scope> {
  const now = clock.now()
  return db.system(
    'authenticate',
    async (tx) => {
      const token = await findPresentedToken(tx, hash)
      if (!token) throw invalidCredential()
      if (isThere(token)) credential.known(holderOfToken(token, credential))
      assertAlive(token, now)
      assertOrigin(token, credential)
      assertInUse(token)
      await countUse(tx, token, now)
      return scopeOfToken(tx, token, credential)
    },
    presentedWith(hash),
  )
}

/** A browser says from which page a request to another host comes, and no page can have it say otherwise. */
function assertOrigin({ origins }: PresentedToken, { origin }: Credential): void {
  if (origin !== undefined && origins.length > 0 && !origins.includes(origin)) throw originRefused()
}

/** Of a key that opens nothing its holder is still told what it was tried for. */
const nothing: KeyRights = { permissions: new Set(), reach: { spaces: [] }, user: undefined }

function scopeOfKey(key: PresentedKey, credential: Credential, rights: KeyRights): Scope {
  const common = {
    subject: { type: 'key', id: key.id, name: key.name } as const,
    permissions: rights.permissions,
    ...requestOf(credential),
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
