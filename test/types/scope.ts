/**
 * What must not compile: `tsc` fails when one of these lines has no error. Nothing here ever runs.
 */
import type { Blobs } from '#adapters/blobs/port.ts'
import type { Db } from '#platform/db/index.ts'
import type { PartnerScope, Permission, PlatformScope, TenantScope } from '#platform/scope/index.ts'

type Given = {
  db: Db
  blobs: Blobs
  tenantScope: TenantScope
  partnerScope: PartnerScope
  platformScope: PlatformScope
}

const nothing = () => Promise.resolve()

export async function aPlainObjectIsNoScope({ db }: Given) {
  const { signal } = new AbortController()
  const subject = { type: 'key', id: '1', name: 'key' } as const
  const common = { subject, permissions: new Set<Permission>(), requestId: 'r', signal }
  const ofTenant = { ...common, level: 'tenant', partnerId: '1', tenantId: '1', spaces: 'all' } as const
  // @ts-expect-error it has every field of a scope but not the mark that only mintScope gives
  await db.tenant(ofTenant, nothing)
  // @ts-expect-error the same for a partner
  await db.partner({ ...common, level: 'partner', partnerId: '1' }, nothing)
  // @ts-expect-error the same for the platform
  await db.platform({ ...common, level: 'platform' }, nothing)
}

export async function aScopeOpensItsOwnDoorOnly({ db, tenantScope, partnerScope, platformScope }: Given) {
  // @ts-expect-error a partner reads no content
  await db.tenant(partnerScope, nothing)
  // @ts-expect-error nor does the platform
  await db.tenant(platformScope, nothing)
  // @ts-expect-error a tenant does not act for its partner
  await db.partner(tenantScope, nothing)
  // @ts-expect-error nor for the platform
  await db.platform(tenantScope, nothing)
  // @ts-expect-error nor does a partner
  await db.platform(partnerScope, nothing)
}

export function aScopeCannotBeTurnedToAnotherTenant({ tenantScope }: Given) {
  // @ts-expect-error read only
  tenantScope.tenantId = '2'
  // @ts-expect-error read only
  tenantScope.spaces = 'all'
}

export async function aBlobHasNoNameWithoutAScope({ blobs, partnerScope }: Given) {
  // @ts-expect-error the name alone says nothing
  await blobs.read('some-blob')
  // @ts-expect-error a tenant's id is no proof
  await blobs.read({ tenantId: '1' }, 'some-blob')
  // @ts-expect-error a partner has no files
  await blobs.read(partnerScope, 'some-blob')
}
