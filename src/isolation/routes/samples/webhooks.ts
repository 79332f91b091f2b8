import { type Making, newWebhook, webhookOf } from './making.ts'

/** Webhooks, and what was sent to them. */
export const webhookSamples: Record<string, Making> = {
  'POST /v1/webhooks': (caller) => ({ body: webhookOf(caller) }),
  'GET /v1/webhooks': () => ({ query: { limit: 200 } }),
  'GET /v1/webhooks/{id}': ({ place }) => ({ params: { id: place.webhook.id } }),
  'PATCH /v1/webhooks/{id}': ({ place }) => ({
    params: { id: place.webhook.id },
    body: { types: ['file.uploaded'], spaces: [place.space.id] },
  }),
  'DELETE /v1/webhooks/{id}': async (caller) => ({ params: { id: await newWebhook(caller) } }),
  'POST /v1/webhooks/{id}/rotate': ({ place }) => ({
    params: { id: place.webhook.id },
    body: { overlap_seconds: 60 },
  }),
  'POST /v1/webhooks/{id}/enable': ({ place }) => ({ params: { id: place.webhook.id } }),
  'POST /v1/webhooks/{id}/disable': async (caller) => ({ params: { id: await newWebhook(caller) } }),
  // Nobody has that name: it is refused without a call.
  'POST /v1/webhooks/{id}/test': ({ place }) => ({ params: { id: place.webhook.id } }),
  'GET /v1/webhooks/{id}/deliveries': ({ place }) => ({ params: { id: place.webhook.id } }),
  'POST /v1/webhooks/{id}/replay': ({ place }) => ({
    params: { id: place.webhook.id },
    body: { events: [1] },
  }),
}

/** Where an id stands in the place of what the sample has. */
export const webhookInstead: Record<string, Making> = {
  'POST /v1/webhooks spaces': (caller) => ({
    body: { ...webhookOf(caller), spaces: [caller.place.space.id] },
  }),
}
