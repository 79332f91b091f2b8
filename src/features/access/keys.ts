import { getPartner, getSpace, getTenant, tenantErasing, tenantNotFound } from '#features/tenancy/index.ts'
import { readRange } from '#platform/addresses.ts'
import type { Clock } from '#platform/clock.ts'
import type { AdminTx, Db, TenantTx } from '#platform/db/index.ts'
import { inputInvalid } from '#platform/errors.ts'
import type { EventType } from '#platform/events/index.ts'
import { formatId, type Ids, parseId } from '#platform/ids.ts'
import { type KeyLevel, type Permission, permissionsOf, type Scope } from '#platform/scope/index.ts'
import { beyondOwnRights, keyEnded, keyNotFound, userDeactivated } from './errors.ts'
import { scopeOfQueueing } from './operator.ts'
import { type AnyTx, findKey, insertKey, type KeyRow, lockKey, markRevoked, setExpiry } from './queries.ts'
import { rolesAbove } from './roles/built-in.ts'
import { createSecret, hashSecret, hintOf } from './secret.ts'
import { assertMayChangeOwner } from './users/guard-owners.ts'
import { getUser } from './users/queries.ts'

export type Deps = { db: Db; clock: Clock; ids: Ids }

export type KeyInput = {
  name: string
  partner?: string
  tenant?: string
  space?: string
  permissions?: Permission[]
  preset?: keyof typeof rolesAbove
  expires_at?: string
  user?: string
  mode?: 'live' | 'test'
  allowed_addresses?: string[]
}

/**
 * Makes a key for the caller's own level, or for one below it: a platform key for partners and tenants, a partner key
 * for its tenants, a tenant key for its spaces and users. The secret is in the answer and nowhere else.
 * @throws keys.beyond_own_rights, partners.not_found, tenants.not_found, tenants.erasing, spaces.not_found,
 * users.not_found, users.deactivated, users.owners_only, input.invalid
 */
export async function createKey(scope: Scope, input: KeyInput, deps: Deps) {
  return inOwnTransaction(scope, deps.db, async (tx) => {
    const place = await placeOf(tx, input)
    const made = await insertNewKey(tx, { ...place, userId: await userFor(tx, input.user) }, input, deps)
    await tell(tx, 'key.created', made.key)
    return made
  })
}

type Place = {
  level: KeyLevel
  partnerId: string | null
  tenantId: string | null
  spaceId: string | null
  userId?: string | null
  replaces?: string
}

/** The part of `createKey` that the first start does in a transaction of its own, and a rotation. */
export async function insertNewKey(
  tx: AnyTx,
  place: Place,
  input: KeyInput,
  { clock, ids }: Omit<Deps, 'db'>,
) {
  const secret = createSecret('bhk')
  const mode = input.mode ?? 'live'
  const key = await insertKey(tx, {
    id: ids.uuid(),
    level: place.level,
    partner_id: place.partnerId,
    tenant_id: place.tenantId,
    space_id: place.spaceId,
    name: input.name,
    hint: hintOf(secret),
    secret_hash: hashSecret(secret),
    permissions: grantable(tx.scope, mode === 'test' ? 'space' : place.level, askedFor(place, input)),
    created_by: tx.scope.subject.type === 'key' ? tx.scope.subject.id : null,
    created_at: clock.now(),
    expires_at: expiryOf(input.expires_at, clock),
    user_id: place.userId ?? null,
    mode: modeIn(place, mode),
    allowed_addresses: readRanges(input.allowed_addresses ?? []),
    replaces: place.replaces ?? null,
  })
  return { key, secret }
}

/**
 * Makes a key that is what another one is, which goes on for a while and then ends. The new one lives as long as the old
 * one was meant to, from now on, unless the caller says otherwise.
 * @throws keys.not_found, keys.ended, keys.beyond_own_rights, users.owners_only, input.invalid
 */
export async function rotateKey(
  scope: Scope,
  text: string,
  { overlap_seconds, expires_at }: Rotation,
  deps: Deps,
) {
  return inOwnTransaction(scope, deps.db, async (tx) => {
    const id = parseId('key', text)
    const old = id && (await lockKey(tx, id))
    if (!old) throw keyNotFound()
    const now = deps.clock.now()
    if (old.revoked_at || (old.expires_at && old.expires_at <= now)) throw keyEnded()
    if (old.user_id !== null) await userFor(tx, formatId('usr', old.user_id))
    const place = {
      level: old.level as KeyLevel,
      partnerId: old.partner_id,
      tenantId: old.tenant_id,
      spaceId: old.space_id,
      userId: old.user_id,
      replaces: old.id,
    }
    const ends = new Date(now.getTime() + overlap_seconds * 1000)
    await setExpiry(tx, old.id, old.expires_at && old.expires_at < ends ? old.expires_at : ends)
    const input = {
      name: old.name,
      permissions: old.permissions as Permission[],
      mode: old.mode as 'live' | 'test',
      allowed_addresses: old.allowed_addresses,
      ...lifeOf(old, now, expires_at),
    }
    const made = await insertNewKey(tx, place, input, deps)
    await tell(tx, 'key.rotated', made.key)
    return made
  })
}

/** Of a key of a tenant the tenant is told, whoever makes or ends it; as a whole, also of one for a space. */
async function tell(tx: AnyTx, type: EventType, key: KeyRow): Promise<void> {
  const { id, name, tenant_id: tenantId, partner_id: partnerId, space_id: space } = key
  const event = {
    type,
    subject: { type: 'key', id, name },
    data: {
      level: key.level,
      space_id: space && formatId('spc', space),
      permissions: key.permissions,
      mode: key.mode,
      user: key.user_id && formatId('usr', key.user_id),
      expires_at: key.expires_at?.toISOString(),
      replaces: key.replaces && formatId('key', key.replaces),
    },
  } as const
  await tx.record(event)
  if (!('enter' in tx) || tenantId === null || partnerId === null) return
  await tx.enter(scopeOfQueueing(tx.scope, { id: tenantId, partnerId }), (own) => own.record(event))
}

export type Rotation = { overlap_seconds: number; expires_at?: string }

function lifeOf(old: KeyRow, now: Date, wanted: string | undefined): { expires_at?: string } {
  if (wanted !== undefined) return { expires_at: wanted }
  if (!old.expires_at) return {}
  const life = old.expires_at.getTime() - old.created_at.getTime()
  return { expires_at: new Date(now.getTime() + life).toISOString() }
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
    await tell(tx, 'key.revoked', key)
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

/**
 * For whom a new key acts. Who acts for a user makes no key that acts for nobody: it would be free of what that user's
 * roles and grants say. Somebody else's key is for those who could give themselves that user's rights anyway.
 */
async function userFor(tx: AnyTx, asked: string | undefined): Promise<string | null> {
  if ('enter' in tx) {
    if (asked !== undefined) throw notHere('user', 'only a key of the tenant can make keys for its users')
    return null
  }
  const own = tx.scope.user?.id ?? null
  const id = asked === undefined ? own : parseId('usr', asked)
  if (id === null || (id !== undefined && id === own)) return id
  const user = await getUser(tx, asked ?? '')
  if (user.status !== 'active') throw userDeactivated()
  const missing = (['users:manage', 'grants:manage'] as const).filter((p) => !tx.scope.permissions.has(p))
  if (missing.length > 0) throw beyondOwnRights(`A key for somebody else takes ${missing.join(' and ')}.`)
  await assertMayChangeOwner(tx, user.id)
  return user.id
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
  const { partnerId, tenantId, boundTo } = tx.scope
  const spaceId = space === undefined ? boundTo : (await getSpace(tx, space)).id
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

function askedFor({ level }: Place, { permissions, preset }: KeyInput): Permission[] | undefined {
  if (preset === undefined) return permissions
  if (permissions !== undefined) throw notHere('preset', 'must be left out where permissions are named')
  if (rolesAbove[preset].level !== level) throw notHere('preset', `is none of a ${level} key`)
  return [...rolesAbove[preset].permissions]
}

function modeIn({ level }: Place, mode: 'live' | 'test') {
  if (mode === 'test' && level !== 'tenant' && level !== 'space')
    throw notHere('mode', `must be live for a ${level} key`)
  return mode
}

function readRanges(texts: readonly string[]): string[] {
  return texts.map((text, i) => {
    const range = readRange(text)
    if (range === undefined) throw notHere(`allowed_addresses.${i}`, 'must be an address or a CIDR range')
    return range
  })
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
