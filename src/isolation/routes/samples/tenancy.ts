import {
  type Making,
  fresh,
  keyOf,
  newKey,
  newPartner,
  newSpace,
  newTenant,
  partnerFor,
  spaceOf,
  tenantOf,
} from './making.ts'

/** The service itself, partners, tenants, the keyring, spaces and keys. */
export const tenancySamples: Record<string, Making> = {
  'GET /healthz': () => ({}),
  'GET /readyz': () => ({}),
  'GET /metrics': () => ({}),
  'GET /docs/errors': () => ({}),
  'GET /v1/isolation/catalogue': () => ({}),

  'POST /v1/partners': (caller) => ({ body: { slug: fresh(caller, 'partner'), name: 'A partner' } }),
  'GET /v1/partners': () => ({ query: { limit: 1 } }),
  'GET /v1/partners/{id}': ({ customer }) => ({ params: { id: customer.partner.id } }),
  'PATCH /v1/partners/{id}': async (caller) => ({
    params: { id: await newPartner(caller) },
    body: { name: 'Renamed' },
  }),
  'POST /v1/partners/{id}/suspend': async (caller) => ({ params: { id: await newPartner(caller) } }),
  'POST /v1/partners/{id}/resume': async (caller) => ({ params: { id: await newPartner(caller) } }),
  'DELETE /v1/partners/{id}': async (caller) => ({ params: { id: await newPartner(caller) } }),

  'POST /v1/tenants': (caller) => ({ body: tenantOf(caller) }),
  'GET /v1/tenants': (caller) => ({ query: { limit: 200, ...partnerFor(caller) } }),
  'GET /v1/tenants/{id}': ({ customer }) => ({ params: { id: customer.tenant.id } }),
  'PATCH /v1/tenants/{id}': async (caller) => ({
    params: { id: await newTenant(caller) },
    body: { external_id: fresh(caller, 'external') },
  }),
  'POST /v1/tenants/{id}/suspend': async (caller) => ({ params: { id: await newTenant(caller) } }),
  'POST /v1/tenants/{id}/resume': async (caller) => ({ params: { id: await newTenant(caller) } }),
  'POST /v1/tenants/{id}/archive': async (caller) => ({ params: { id: await newTenant(caller) } }),
  'DELETE /v1/tenants/{id}': async (caller) => ({ params: { id: await newTenant(caller) } }),

  'GET /v1/keyring': () => ({}),
  // From a key that is none: a server that is being examined must not get a new one.
  'POST /v1/keyring/rotate-master': () => ({ body: { from: '0'.repeat(16) } }),
  'GET /v1/keyring/tenants': () => ({ query: { limit: 1 } }),
  'GET /v1/keyring/tenants/{id}': ({ customer }) => ({ params: { id: customer.tenant.id } }),
  'POST /v1/keyring/tenants/{id}/rotate': async (caller) => ({ params: { id: await newTenant(caller) } }),

  'POST /v1/spaces': (caller) => ({ body: spaceOf(caller) }),
  'GET /v1/spaces': () => ({ query: { limit: 200 } }),
  'GET /v1/spaces/{id}': ({ place }) => ({ params: { id: place.space.id } }),
  'PATCH /v1/spaces/{id}': async (caller) => ({
    params: { id: await newSpace(caller) },
    body: { name: 'Renamed' },
  }),
  'POST /v1/spaces/{id}/archive': async (caller) => ({ params: { id: await newSpace(caller) } }),
  'POST /v1/spaces/{id}/resume': async (caller) => ({ params: { id: await newSpace(caller) } }),
  'GET /v1/embedders': () => ({}),
  'GET /v1/rerankers': () => ({}),
  'GET /v1/models': () => ({}),
  'GET /v1/spaces/{id}/embedding': ({ place }) => ({ params: { id: place.space.id } }),
  'DELETE /v1/spaces/{id}': async (caller) => ({ params: { id: await newSpace(caller) } }),

  'GET /v1/spaces/{id}/synonyms': ({ place }) => ({ params: { id: place.space.id } }),
  'PUT /v1/spaces/{id}/synonyms': async (caller) => ({
    params: { id: await newSpace(caller) },
    body: { rules: [{ equal: ['car', 'automobile'] }] },
  }),

  'GET /v1/me': () => ({}),
  'POST /v1/keys': (caller) => ({ body: keyOf(caller) }),
  'GET /v1/keys': ({ level }) => ({ query: { limit: level === 'platform' ? 1 : 200 } }),
  'GET /v1/keys/{id}': ({ keyId }) => ({ params: { id: keyId } }),
  'DELETE /v1/keys/{id}': async (caller) => ({ params: { id: await newKey(caller) } }),

  'POST /v1/keys/{id}/rotate': async (caller) => ({
    params: { id: await newKey(caller) },
    body: { overlap_seconds: 60 },
  }),
}
