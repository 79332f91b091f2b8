import type { AdminTx, Db, TenantTx } from '#platform/db/index.ts'
import { forbidden } from '#platform/errors.ts'
import type { Scope } from '#platform/scope/index.ts'

/**
 * A trail with gaps proves nothing: it is shown whole or not at all.
 * @throws auth.forbidden for who may not see all of the tenant
 */
export function asAuditor<T>(scope: Scope, db: Db, work: (tx: TenantTx | AdminTx) => Promise<T>): Promise<T> {
  switch (scope.level) {
    case 'platform':
      return db.platform(scope, work)
    case 'partner':
      return db.partner(scope, work)
    case 'tenant':
      if (scope.spaces !== 'all') throw forbidden('The audit trail is for who may see all of the tenant.')
      return db.tenant(scope, work)
  }
}
