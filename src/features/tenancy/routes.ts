import { Answer, IdParams, Page, pageOf, readPage, type Route, route } from '#http/index.ts'
import { modelRoutes } from './models/routes.ts'
import { changePartner, createPartner, deletePartner } from './partners.ts'
import { presentPartner, presentSpace, presentTenant } from './present.ts'
import { getPartner, getSpace, listPartners, listSpaces } from './queries.ts'
import * as schemas from './schemas.ts'
import { changeSpace, createSpace, type DeleteDeps, deleteSpace } from './spaces.ts'
import { changeTenant, createTenant, type Deps as TenantDeps, findTenants, readTenant } from './tenants.ts'

const admins = ['platform', 'partner'] as const
const created = { at: (row: { created_at: Date; id: string }) => ({ at: row.created_at, id: row.id }) }

type Deps = TenantDeps & DeleteDeps

export function tenancyRoutes(deps: Deps): Route[] {
  return [...partnerRoutes(deps), ...tenantRoutes(deps), ...spaceRoutes(deps), ...modelRoutes(deps)]
}

function partnerRoutes(deps: Deps): Route[] {
  const common = { tag: 'partners', access: 'partners:manage', levels: ['platform'] } as const
  const setStatus = (verb: string, status: 'active' | 'suspended', summary: string) =>
    route({
      ...common,
      method: 'POST',
      path: `/v1/partners/{id}/${verb}`,
      records: [status === 'active' ? 'partner.resumed' : 'partner.suspended'],
      summary,
      params: IdParams,
      responses: { 200: schemas.Partner },
      handle: async ({ scope, params }) =>
        presentPartner(await changePartner(scope, params.id, { status }, deps)),
    })
  return [
    route({
      ...common,
      method: 'POST',
      path: '/v1/partners',
      records: ['partner.created'],
      summary: 'Create a partner',
      body: schemas.NewPartner,
      responses: { 201: schemas.Partner },
      handle: async ({ scope, body }) =>
        new Answer(201, presentPartner(await createPartner(scope, body, deps))),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/v1/partners',
      summary: 'List partners',
      query: schemas.ListQuery,
      responses: { 200: Page(schemas.Partner) },
      handle: async ({ scope, query }) => {
        const rows = await deps.db.platform(scope, (tx) => listPartners(tx, readPage(query)))
        return pageOf(rows, query.limit, presentPartner, created.at)
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/v1/partners/{id}',
      summary: 'Get a partner by id or slug',
      params: IdParams,
      responses: { 200: schemas.Partner },
      handle: async ({ scope, params }) =>
        presentPartner(await deps.db.platform(scope, (tx) => getPartner(tx, params.id))),
    }),
    route({
      ...common,
      method: 'PATCH',
      path: '/v1/partners/{id}',
      records: ['partner.updated'],
      summary: 'Rename a partner',
      params: IdParams,
      body: schemas.PartnerChange,
      responses: { 200: schemas.Partner },
      handle: async ({ scope, params, body }) =>
        presentPartner(await changePartner(scope, params.id, body, deps)),
    }),
    setStatus(
      'suspend',
      'suspended',
      'Stop every key of the partner and of its tenants from the next request on',
    ),
    setStatus('resume', 'active', 'Undo a suspension'),
    route({
      ...common,
      method: 'DELETE',
      path: '/v1/partners/{id}',
      records: ['partner.deleted'],
      summary: 'Delete a partner that has no tenants, with its keys',
      params: IdParams,
      responses: { 204: 'empty' },
      handle: async ({ scope, params }) => {
        await deletePartner(scope, params.id, deps)
        return new Answer(204, undefined)
      },
    }),
  ]
}

function tenantRoutes(deps: Deps): Route[] {
  const common = { tag: 'tenants', access: 'tenants:manage', levels: admins } as const
  const setStatus = (verb: string, status: 'active' | 'suspended' | 'archived', summary: string) =>
    route({
      ...common,
      method: 'POST',
      path: `/v1/tenants/{id}/${verb}`,
      records: [status === 'active' ? 'tenant.resumed' : `tenant.${status}`],
      summary,
      params: IdParams,
      responses: { 200: schemas.Tenant },
      handle: async ({ scope, params }) =>
        presentTenant(await changeTenant(scope, params.id, { status }, deps)),
    })
  return [
    route({
      ...common,
      method: 'POST',
      path: '/v1/tenants',
      records: ['tenant.created'],
      summary: 'Create a tenant with its default space',
      body: schemas.NewTenant,
      responses: { 201: schemas.Tenant },
      handle: async ({ scope, body }) =>
        new Answer(201, presentTenant(await createTenant(scope, body, deps))),
    }),
    route({
      tag: 'tenants',
      access: 'tenants:read',
      levels: ['platform', 'partner', 'tenant'],
      method: 'GET',
      path: '/v1/tenants',
      summary: 'List the tenants this key may see',
      query: schemas.TenantListQuery,
      responses: { 200: Page(schemas.Tenant) },
      handle: async ({ scope, query }) => {
        const { external_id: externalId, status, partner } = query
        const rows = await findTenants(scope, { externalId, status, partner }, readPage(query), deps)
        return pageOf(rows, query.limit, presentTenant, created.at)
      },
    }),
    route({
      tag: 'tenants',
      access: 'tenants:read',
      levels: ['platform', 'partner', 'tenant'],
      method: 'GET',
      path: '/v1/tenants/{id}',
      summary: 'Get a tenant by id or slug',
      params: IdParams,
      responses: { 200: schemas.Tenant },
      handle: async ({ scope, params }) => presentTenant(await readTenant(scope, params.id, deps)),
    }),
    route({
      ...common,
      method: 'PATCH',
      path: '/v1/tenants/{id}',
      records: ['tenant.updated'],
      summary: 'Rename a tenant or change its external id',
      params: IdParams,
      body: schemas.TenantChange,
      responses: { 200: schemas.Tenant },
      handle: async ({ scope, params, body }) =>
        presentTenant(await changeTenant(scope, params.id, body, deps)),
    }),
    setStatus('suspend', 'suspended', 'Stop every key and job of the tenant from the next request on'),
    setStatus('resume', 'active', 'Undo a suspension or an archiving'),
    setStatus('archive', 'archived', 'Put a tenant out of use; its data stays'),
  ]
}

function spaceRoutes(deps: Deps): Route[] {
  const manage = { tag: 'spaces', access: 'spaces:manage', levels: ['tenant'] } as const
  const read = { tag: 'spaces', access: 'spaces:read', levels: ['tenant'] } as const
  const setStatus = (verb: string, status: 'active' | 'archived', summary: string) =>
    route({
      ...manage,
      method: 'POST',
      path: `/v1/spaces/{id}/${verb}`,
      records: [status === 'active' ? 'space.resumed' : 'space.archived'],
      summary,
      params: IdParams,
      responses: { 200: schemas.Space },
      handle: async ({ scope, params }) =>
        presentSpace(await changeSpace(scope, params.id, { status }, deps)),
    })
  return [
    route({
      ...manage,
      method: 'POST',
      path: '/v1/spaces',
      records: ['space.created'],
      summary: 'Create a space',
      body: schemas.NewSpace,
      responses: { 201: schemas.Space },
      handle: async ({ scope, body }) => new Answer(201, presentSpace(await createSpace(scope, body, deps))),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/v1/spaces',
      summary: 'List the spaces this key may see',
      query: schemas.ListQuery,
      responses: { 200: Page(schemas.Space) },
      handle: async ({ scope, query }) => {
        const rows = await deps.db.tenant(scope, (tx) => listSpaces(tx, readPage(query)))
        return pageOf(rows, query.limit, presentSpace, created.at)
      },
    }),
    route({
      ...read,
      method: 'GET',
      path: '/v1/spaces/{id}',
      summary: 'Get a space by id or slug',
      params: IdParams,
      responses: { 200: schemas.Space },
      handle: async ({ scope, params }) =>
        presentSpace(await deps.db.tenant(scope, (tx) => getSpace(tx, params.id))),
    }),
    route({
      ...manage,
      method: 'PATCH',
      path: '/v1/spaces/{id}',
      records: ['space.updated'],
      summary: 'Change a space',
      params: IdParams,
      body: schemas.SpaceChange,
      responses: { 200: schemas.Space },
      handle: async ({ scope, params, body }) =>
        presentSpace(await changeSpace(scope, params.id, body, deps)),
    }),
    setStatus('archive', 'archived', 'Take no more files into a space; it stays readable'),
    setStatus('resume', 'active', 'Undo an archiving'),
    route({
      ...manage,
      method: 'DELETE',
      path: '/v1/spaces/{id}',
      records: ['space.deleted'],
      summary: 'Delete a space with the keys that are bound to it',
      description: 'One that has files is refused, unless `force` is true: then they are deleted with it.',
      params: IdParams,
      query: schemas.SpaceDeletion,
      responses: { 204: 'empty' },
      handle: async ({ scope, params, query }) => {
        await deleteSpace(scope, params.id, query.force, deps)
        return new Answer(204, undefined)
      },
    }),
  ]
}
