export type { PartnerScope, Places, PlatformScope, Scope, TenantScope } from './scope.ts'
export {
  type KeyLevel,
  type Permission,
  permissions,
  permissionsOf,
  placePermissions,
} from './permissions.ts'
