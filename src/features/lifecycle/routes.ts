import { type Route, route } from '#http/index.ts'
import { examineIsolation, type IsolationDeps } from './examine-isolation.ts'
import { CatalogueReport } from './schemas.ts'

export function isolationRoutes(deps: IsolationDeps): Route[] {
  return [
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
