import type { Credential } from '#http/index.ts'
import type { Db } from '#platform/db/index.ts'
import type { Permission, TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { deactivatedUser, invalidCredential } from '../errors.ts'
import { type PresentedKey, stillKnown } from '../presented-key.ts'
import { permissionsOfRoles } from './decide.ts'
import { findReach, type Reach } from './reach.ts'
import { readRights, readTestSpaces } from './read-rights.ts'

/** What a key may do at this moment, and for whom it acts. */
export type KeyRights = {
  permissions: ReadonlySet<Permission>
  reach: Reach
  user: TenantScope['user']
}

/**
 * Of a key that acts for a user: what both may do. A test key acts in spaces for tests alone.
 * @throws auth.deactivated
 */
export async function readKeyRights(db: Db, key: PresentedKey, credential: Credential): Promise<KeyRights> {
  const permissions = stillKnown(key)
  const bound = key.space_id === null ? undefined : [key.space_id]
  const { tenant_id: tenantId, user_id: userId } = key
  if (tenantId === null || (userId === null && key.mode === 'live'))
    return { permissions, reach: { spaces: bound ?? 'all' }, user: undefined }
  return db.tenant(readingScope(key, credential), async (tenantTx) => {
    const test = key.mode === 'test' ? await readTestSpaces(tenantTx) : undefined
    if (userId === null)
      return { permissions, reach: within({ spaces: 'all' }, bound, test), user: undefined }
    const rights = await readRights(tenantTx, userId)
    if (!rights) throw invalidCredential()
    if (!rights.user.isActive) throw deactivatedUser()
    const ofRoles = permissionsOfRoles(rights.roles)
    const held = new Set([...permissions].filter((permission) => ofRoles.has(permission)))
    const { id, name } = rights.user
    return {
      permissions: held,
      reach: within(findReach(rights, held, credential.access), bound, test),
      user: { id, name },
    }
  })
}

/** Only those of the spaces that every list names. */
function within(reach: Reach, ...lists: (readonly string[] | undefined)[]): Reach {
  const given = lists.filter((list) => list !== undefined)
  const [first, ...others] = reach.spaces === 'all' ? given : [reach.spaces, ...given]
  if (!first) return reach
  return { ...reach, spaces: first.filter((id) => others.every((list) => list.includes(id))) }
}

/** Sees all of the key's tenant, for as long as its user's rights are read and no longer. */
function readingScope(key: PresentedKey, { requestId, signal }: Credential): TenantScope {
  if (key.partner_id === null || key.tenant_id === null) throw new TypeError(`key ${key.id} has no tenant`)
  return mintScope<TenantScope>({
    level: 'tenant',
    partnerId: key.partner_id,
    tenantId: key.tenant_id,
    spaces: 'all',
    subject: { type: 'key', id: key.id, name: key.name },
    permissions: new Set(),
    requestId,
    signal,
  })
}
