import {
  type Making,
  fresh,
  newGrant,
  newGroup,
  newInvitation,
  newRole,
  newToken,
  newTokenSubject,
  newUser,
  tokenOf,
} from './making.ts'

/** Users, groups, roles, invitations, grants and portal tokens. */
export const peopleSamples: Record<string, Making> = {
  'POST /v1/users': (caller) => ({ body: { name: fresh(caller, 'user'), roles: ['viewer'] } }),
  'GET /v1/users': () => ({ query: { limit: 200 } }),
  'GET /v1/users/{id}': ({ customer }) => ({ params: { id: customer.people.user.id } }),
  'PATCH /v1/users/{id}': async (caller) => ({
    params: { id: await newUser(caller) },
    body: { name: fresh(caller, 'renamed') },
  }),
  'PUT /v1/users/{id}/roles': async (caller) => ({
    params: { id: await newUser(caller) },
    body: { roles: ['viewer'] },
  }),
  'POST /v1/users/{id}/deactivate': async (caller) => ({ params: { id: await newUser(caller) } }),
  'POST /v1/users/{id}/resume': async (caller) => ({ params: { id: await newUser(caller) } }),
  'DELETE /v1/users/{id}': async (caller) => ({ params: { id: await newUser(caller) } }),

  'POST /v1/groups': (caller) => ({ body: { name: fresh(caller, 'group') } }),
  'GET /v1/groups': () => ({ query: { limit: 200 } }),
  'GET /v1/groups/{id}': ({ customer }) => ({ params: { id: customer.people.group.id } }),
  'GET /v1/groups/{id}/members': ({ customer }) => ({ params: { id: customer.people.group.id } }),
  'PATCH /v1/groups/{id}': async (caller) => ({
    params: { id: await newGroup(caller) },
    body: { external_id: fresh(caller, 'external') },
  }),
  'DELETE /v1/groups/{id}': async (caller) => ({ params: { id: await newGroup(caller) } }),
  'POST /v1/groups/{id}/members': async (caller) => ({
    params: { id: await newGroup(caller) },
    body: { user: caller.customer.people.user.id },
  }),
  'DELETE /v1/groups/{id}/members': async (caller) => ({
    params: { id: await newGroup(caller) },
    query: { user: caller.customer.people.user.id },
  }),

  'POST /v1/roles': (caller) => ({ body: { slug: fresh(caller, 'role'), permissions: ['files:read'] } }),
  'GET /v1/roles': () => ({ query: { limit: 200 } }),
  'GET /v1/roles/{id}': ({ customer }) => ({ params: { id: customer.people.role.id } }),
  'PATCH /v1/roles/{id}': async (caller) => ({
    params: { id: await newRole(caller) },
    body: { permissions: ['search:query'] },
  }),
  'DELETE /v1/roles/{id}': async (caller) => ({ params: { id: await newRole(caller) } }),

  'POST /v1/invitations': (caller) => ({ body: { email: `${fresh(caller, 'invited')}@example.com` } }),
  'GET /v1/invitations': () => ({ query: { limit: 200 } }),
  'GET /v1/invitations/{id}': ({ customer }) => ({ params: { id: customer.people.invitation.id } }),
  'DELETE /v1/invitations/{id}': async (caller) => ({ params: { id: (await newInvitation(caller)).id } }),
  'POST /v1/invitations/accept': async (caller) => ({
    body: { secret: (await newInvitation(caller)).secret },
  }),

  'POST /v1/grants': ({ customer, place }) => ({
    body: { user: customer.people.user.id, space: place.space.id, permissions: ['search:query'] },
  }),
  'GET /v1/grants': () => ({ query: { limit: 200 } }),
  'GET /v1/grants/{id}': ({ customer }) => ({ params: { id: customer.people.grant.id } }),
  'DELETE /v1/grants/{id}': async (caller) => ({ params: { id: await newGrant(caller) } }),
  'POST /v1/portal/tokens': (caller) => ({ body: tokenOf(caller) }),
  'GET /v1/portal/tokens': () => ({ query: { limit: 200 } }),
  'GET /v1/portal/tokens/{id}': ({ customer }) => ({ params: { id: customer.people.token.id } }),
  'DELETE /v1/portal/tokens/{id}': async (caller) => ({ params: { id: await newToken(caller) } }),
  'POST /v1/portal/tokens/revoke': async (caller) => ({ body: { subject: await newTokenSubject(caller) } }),
  'GET /v1/access/explain': ({ customer, place }) => ({
    query: { user: customer.people.user.id, space: place.space.id },
  }),
}

/** Where an id stands in the place of what the sample has. */
export const peopleInstead: Record<string, Making> = {
  'POST /v1/groups/{id}/members group': async (caller) => ({
    params: { id: await newGroup(caller) },
    body: { group: caller.customer.people.group.id },
  }),
  'DELETE /v1/groups/{id}/members group': async (caller) => ({
    params: { id: await newGroup(caller) },
    query: { group: caller.customer.people.group.id },
  }),
  'POST /v1/grants group': ({ customer, place }) => ({
    body: { group: customer.people.group.id, space: place.space.id, permissions: ['search:query'] },
  }),
  'POST /v1/grants role': ({ customer, place }) => ({
    body: { role: customer.people.role.id, space: place.space.id, permissions: ['search:query'] },
  }),
  'POST /v1/grants file': ({ customer, place }) => ({
    body: { user: customer.people.user.id, file: place.file.id, permissions: ['search:query'] },
  }),
  'POST /v1/grants folder': ({ customer, place }) => ({
    body: { user: customer.people.user.id, folder: place.folder.id, permissions: ['search:query'] },
  }),
  'POST /v1/portal/tokens folders': (caller) => ({
    body: { ...tokenOf(caller), folders: [caller.place.folder.id] },
  }),
  'POST /v1/portal/tokens files': (caller) => ({
    body: { ...tokenOf(caller), files: [caller.place.file.id] },
  }),
  'GET /v1/access/explain folder': ({ customer, place }) => ({
    query: { user: customer.people.user.id, folder: place.folder.id },
  }),
  'GET /v1/access/explain file': ({ customer, place }) => ({
    query: { user: customer.people.user.id, file: place.file.id },
  }),
}
