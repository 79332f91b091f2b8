export type { PartnerScope, PlatformScope, Scope, TenantScope } from './scope.ts'
export { type KeyLevel, type Permission, permissions, permissionsOf } from './permissions.ts'
