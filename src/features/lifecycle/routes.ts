import { presentTenant, Tenant } from '#features/tenancy/index.ts'
import { Answer, IdParams, type Route, route } from '#http/index.ts'
import { examineIsolation, type IsolationDeps } from './examine-isolation.ts'
import { orderErasure, type OrderDeps } from './order-erasure.ts'
import { CatalogueReport } from './schemas.ts'

export function lifecycleRoutes(deps: OrderDeps & IsolationDeps): Route[] {
  return [
    route({
      tag: 'tenants',
      access: 'tenants:manage',
      levels: ['platform', 'partner'],
      method: 'DELETE',
      path: '/v1/tenants/{id}',
      records: ['tenant.erasure_ordered'],
      summary: 'Erase a tenant with everything it has, for good',
      description:
        'Its keys are refused from the next request on. A job destroys its data keys first, then removes its files, rows and keys; `erasure` tells how far it is, and 404 that it is done.',
      params: IdParams,
      responses: { 202: Tenant },
      handle: async ({ scope, params }) =>
        new Answer(202, presentTenant(await orderErasure(scope, params.id, deps))),
    }),
    route({
      tag: 'isolation',
      access: 'health:read',
      levels: ['platform'],
      method: 'GET',
      path: '/v1/isolation/catalogue',
      summary: 'Examine whether the database still keeps tenants apart',
      description:
        'Reads the catalogue of the database now: tables, policies, roles, rights, keys, views and functions. The server refuses to start with any finding, so one here came later.',
      responses: { 200: CatalogueReport },
      handle: () => examineIsolation(deps),
    }),
  ]
}
