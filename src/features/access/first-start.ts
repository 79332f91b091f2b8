import { insertPartner, insertTenant } from '#features/tenancy/index.ts'
import { insertNewKey, type Deps as KeyDeps } from './keys.ts'
import { operatorScope, scopeOfNewTenant } from './operator.ts'
import { insertBuiltInRoles } from './roles/change.ts'

export type Deps = KeyDeps & { createTenantKey: (tenantId: string) => Promise<void> }

export type FirstKeys = { platform: string; tenant: string }

/**
 * On an empty database: the partner `internal`, its tenant `default`, a platform key and a key of that tenant, all or
 * nothing. On any other database nothing, and undefined.
 * @param keep puts the secrets where the operator finds them, before anything is committed
 */
export async function createFirstRecords(
  deps: Deps,
  keep: (keys: FirstKeys) => Promise<void>,
): Promise<FirstKeys | undefined> {
  const scope = operatorScope('first-start')
  return deps.db.platform(scope, async (tx) => {
    const existing = await tx.kysely.selectFrom('partners').select('id').limit(1).executeTakeFirst()
    if (existing) return undefined
    const partner = await insertPartner(tx, { slug: 'internal', name: 'Internal' }, deps)
    const tenant = await insertTenant(
      tx,
      partner.id,
      { slug: 'default', name: 'Default' },
      { ...deps, scopeOfNewTenant, insertBuiltInRoles: (tenantTx) => insertBuiltInRoles(tenantTx, deps) },
    )
    const none = { partnerId: null, tenantId: null, spaceId: null }
    const platformKey = await insertNewKey(
      tx,
      { ...none, level: 'platform' },
      { name: 'First platform key' },
      deps,
    )
    const ofTenant = { ...none, level: 'tenant', partnerId: partner.id, tenantId: tenant.id } as const
    const tenantKey = await insertNewKey(tx, ofTenant, { name: 'First tenant key' }, deps)
    const keys = { platform: platformKey.secret, tenant: tenantKey.secret }
    await tx.record({
      type: 'partner.created',
      subject: { type: 'partner', id: partner.id, name: partner.name },
    })
    await keep(keys)
    return keys
  })
}
