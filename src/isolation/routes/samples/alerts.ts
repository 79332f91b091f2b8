import { alertOf, type Making, newAlert } from './making.ts'

export const alertSamples: Record<string, Making> = {
  'POST /v1/alerts': (caller) => ({ body: alertOf(caller) }),
  'GET /v1/alerts': () => ({ query: { limit: 200 } }),
  'GET /v1/alerts/{id}': ({ place }) => ({ params: { id: place.alert.id } }),
  'PATCH /v1/alerts/{id}': ({ place }) => ({
    params: { id: place.alert.id },
    body: { types: ['space.archived', 'space.resumed'], threshold: 999_999 },
  }),
  'DELETE /v1/alerts/{id}': async (caller) => ({ params: { id: await newAlert(caller) } }),
}
