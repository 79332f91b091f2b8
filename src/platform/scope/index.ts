export type { PartnerScope, PlatformScope, Scope, Subject, TenantScope, Unminted } from './scope.ts'
export { type KeyLevel, type Permission, permissions, permissionsOf } from './permissions.ts'
