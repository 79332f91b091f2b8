import { getPartner, getSpace, getTenant, tenantErasing, tenantNotFound } from '#features/tenancy/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { AdminTx, Db, TenantTx } from '#platform/db/index.ts'
import { inputInvalid } from '#platform/errors.ts'
import { type Ids, parseId } from '#platform/ids.ts'
import { type KeyLevel, type Permission, permissionsOf, type Scope } from '#platform/scope/index.ts'
import { beyondOwnRights, keyNotFound } from './errors.ts'
import { type AnyTx, findKey, insertKey, markRevoked } from './queries.ts'
import { createSecret, hashSecret, hintOf } from './secret.ts'

export type Deps = { db: Db; clock: Clock; ids: Ids }

export type KeyInput = {
  name: string
  partner?: string
  tenant?: string
  space?: string
  permissions?: Permission[]
  expires_at?: string
}

/**
 * Makes a key for the caller's own level, or for one below it: a platform key for partners and tenants, a partner key
 * for its tenants, a tenant key for its spaces. The secret is in the answer and nowhere else.
 * @throws keys.beyond_own_rights, partners.not_found, tenants.not_found, tenants.erasing, spaces.not_found, input.invalid
 */
export async function createKey(scope: Scope, input: KeyInput, deps: Deps) {
  return inOwnTransaction(scope, deps.db, async (tx) =>
    insertNewKey(tx, await placeOf(tx, input), input, deps),
  )
}

type Place = { level: KeyLevel; partnerId: string | null; tenantId: string | null; spaceId: string | null }

/** The part of `createKey` that the first start does in a transaction of its own. */
export async function insertNewKey(
  tx: AnyTx,
  place: Place,
  input: KeyInput,
  { clock, ids }: Omit<Deps, 'db'>,
) {
  const secret = createSecret()
  const key = await insertKey(tx, {
    id: ids.uuid(),
    level: place.level,
    partner_id: place.partnerId,
    tenant_id: place.tenantId,
    space_id: place.spaceId,
    name: input.name,
    hint: hintOf(secret),
    secret_hash: hashSecret(secret),
    permissions: grantable(tx.scope, place.level, input.permissions),
    created_by: tx.scope.subject.type === 'key' ? tx.scope.subject.id : null,
    created_at: clock.now(),
    expires_at: expiryOf(input.expires_at, clock),
  })
  return { key, secret }
}

/** @throws keys.not_found */
export async function readKey(scope: Scope, text: string, { db }: Deps) {
  return inOwnTransaction(scope, db, async (tx) => {
    const id = parseId('key', text)
    const key = id && (await findKey(tx, id))
    if (!key) throw keyNotFound()
    return key
  })
}

/**
 * Ends a key from the next request on. Its record stays, so that what it did can still be named.
 * @throws keys.not_found
 */
export async function revokeKey(scope: Scope, text: string, { db, clock }: Deps) {
  return inOwnTransaction(scope, db, async (tx) => {
    const id = parseId('key', text)
    const key = id && (await markRevoked(tx, id, clock.now()))
    if (!key) throw keyNotFound()
    return key
  })
}

export function inOwnTransaction<T>(scope: Scope, db: Db, work: (tx: AnyTx) => Promise<T>): Promise<T> {
  switch (scope.level) {
    case 'platform':
      return db.platform(scope, work)
    case 'partner':
      return db.partner(scope, work)
    case 'tenant':
      return db.tenant(scope, work)
  }
}

function placeOf(tx: AnyTx, input: KeyInput): Promise<Place> {
  return 'enter' in tx ? placeBelow(tx, input) : placeInTenant(tx, input)
}

async function placeBelow(tx: AdminTx, { partner, tenant, space }: KeyInput): Promise<Place> {
  if (space !== undefined) throw notHere('space', 'only a key of the tenant can make keys for its spaces')
  if (tx.scope.level === 'partner' && partner !== undefined) throw notHere('partner', 'must be left out')
  const none = { partnerId: null, tenantId: null, spaceId: null }
  const partnerId =
    tx.scope.level === 'partner'
      ? tx.scope.partnerId
      : partner === undefined
        ? null
        : (await getPartner({ ...tx, scope: tx.scope }, partner)).id
  if (tenant !== undefined) {
    const row = await getTenant(tx, tenant)
    if (partnerId !== null && row.partner_id !== partnerId) throw tenantNotFound()
    if (row.status === 'erasing') throw tenantErasing()
    return { ...none, level: 'tenant', partnerId: row.partner_id, tenantId: row.id }
  }
  return partnerId === null ? { ...none, level: 'platform' } : { ...none, level: 'partner', partnerId }
}

async function placeInTenant(tx: TenantTx, { partner, tenant, space }: KeyInput): Promise<Place> {
  if (partner !== undefined) throw notHere('partner', 'must be left out')
  if (tenant !== undefined) await getTenant(tx, tenant)
  const { partnerId, tenantId, spaces } = tx.scope
  const bound = spaces === 'all' ? undefined : spaces[0]
  const spaceId = space === undefined ? bound : (await getSpace(tx, space)).id
  const common = { partnerId, tenantId }
  return spaceId === undefined
    ? { ...common, level: 'tenant', spaceId: null }
    : { ...common, level: 'space', spaceId }
}

/** All that the new key's level allows and, on the caller's own side of the wall, that the caller holds. */
function grantable(scope: Scope, level: KeyLevel, asked: Permission[] | undefined): Permission[] {
  const sameSide = scope.level === level || (scope.level === 'tenant' && level === 'space')
  const most = permissionsOf[level].filter((permission) => !sameSide || scope.permissions.has(permission))
  if (asked === undefined) return most
  const excess = asked.filter((permission) => !most.includes(permission as never))
  if (excess.length > 0) throw beyondOwnRights(`Not grantable here: ${excess.join(', ')}.`)
  return most.filter((permission) => asked.includes(permission))
}

function expiryOf(text: string | undefined, clock: Clock): Date | null {
  if (text === undefined) return null
  const at = new Date(text)
  if (at <= clock.now()) throw notHere('expires_at', 'must be in the future')
  return at
}

function notHere(path: string, message: string) {
  return inputInvalid(`${path}: ${message}`, { errors: [{ path, message }] })
}
