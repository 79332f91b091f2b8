export type { PartnerScope, Places, PlatformScope, Scope, Sender, Subject, TenantScope } from './scope.ts'
export {
  type KeyLevel,
  type Permission,
  permissions,
  permissionsOf,
  placePermissions,
} from './permissions.ts'
