import type { AdminScope } from '#features/tenancy/index.ts'
import {
  type PartnerScope,
  permissionsOf,
  type PlatformScope,
  type Sender,
  type Subject,
  type TenantScope,
} from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'

const never = new AbortController().signal

/** The scope of whoever holds the data directory or the database: first start, `doctor`, what a server does by itself. No request gets it. */
export function operatorScope(
  reason: 'first-start' | 'doctor' | 'webhooks' | 'alerts' | 'retention',
): PlatformScope {
  return mintScope<PlatformScope>({
    level: 'platform',
    subject: { type: 'operator', id: reason, name: reason },
    permissions: new Set(permissionsOf.platform),
    requestId: reason,
    signal: never,
  })
}

/** One partner as the server keeps its trail. */
export function operatorPartnerScope(operator: PlatformScope, partnerId: string): PartnerScope {
  const { subject, requestId, signal } = operator
  return mintScope<PartnerScope>({
    level: 'partner',
    partnerId,
    subject,
    permissions: new Set(),
    requestId,
    signal,
  })
}

/** One tenant as the operator's check-up reads it. */
export function operatorTenantScope(operator: PlatformScope, tenant: Tenant): TenantScope {
  return scopeBelow(operator, tenant, 'all')
}

/** Under this scope a new tenant's first rows are written, in the transaction that creates it. */
export function scopeOfNewTenant(admin: AdminScope, tenant: Tenant): TenantScope {
  return scopeBelow(admin, tenant, 'all')
}

/** Under this scope a job for a whole tenant is queued. It sees none of the tenant's rows. */
export function scopeOfQueueing(admin: AdminScope, tenant: Tenant): TenantScope {
  return scopeBelow(admin, tenant, [])
}

/** Of a tenant that was erased nobody knows the partner any more. */
export function scopeOfGoneTenant(operator: PlatformScope, id: string): TenantScope {
  return scopeBelow(operator, { id, partnerId: '00000000-0000-0000-0000-000000000000' }, [])
}

/** Of whom nothing is known but where they come from. Under it their refusals are told, and nothing is done. */
export function anonymousScope(from: Sender): PlatformScope {
  return mintScope<PlatformScope>({
    level: 'platform',
    subject: { type: 'anonymous', id: 'anonymous', name: 'anonymous' },
    permissions: new Set(),
    requestId: 'anonymous',
    signal: never,
    from,
  })
}

type Tenant = { id: string; partnerId: string }

function scopeBelow(admin: AdminScope, tenant: Tenant, spaces: TenantScope['spaces']): TenantScope {
  return mintScope<TenantScope>({
    level: 'tenant',
    partnerId: tenant.partnerId,
    tenantId: tenant.id,
    spaces,
    subject: subjectIn(admin),
    permissions: new Set(),
    requestId: admin.requestId,
    signal: admin.signal,
    ...(admin.from ? { from: admin.from } : {}),
  })
}

/** A tenant is told of its partner and of the platform, and not with which of their keys they came. */
function subjectIn({ subject, ...admin }: AdminScope): Subject {
  if (subject.type === 'operator') return subject
  if (admin.level === 'partner') return { type: 'partner', id: admin.partnerId, name: 'the partner' }
  return { type: 'platform', id: 'platform', name: 'the platform' }
}
