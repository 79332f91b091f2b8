import type { Making } from './making.ts'

/** What happened, and the trail of it: the first, which stays what it is while others come. */
const first = { limit: 1, order: 'oldest' }

/** A digest up to now is another one each time. */
const longAgo = { created_after: '2020-01-01T00:00:00Z', created_before: '2020-02-01T00:00:00Z' }

export const eventSamples: Record<string, Making> = {
  'GET /v1/events': () => ({ query: first }),
  'GET /v1/events/poll': () => ({ query: { after: 0, limit: 1, wait: 0 } }),
  // A stream without an end would be waited for.
  'GET /v1/events/stream': () => ({ query: { after: 0, count: 1, wait: 0 } }),
  'GET /v1/events/digest': () => ({ query: longAgo }),
  'GET /v1/audit': () => ({ query: first }),
  'GET /v1/audit/head': () => ({}),
  'GET /v1/audit/verify': () => ({}),
  'GET /v1/audit/export': () => ({ query: { format: 'csv' } }),
  'POST /v1/audit/redact': () => ({ body: { entries: [1], details: ['user_agent'] } }),
  'GET /v1/audit/settings': () => ({}),
  'PATCH /v1/audit/settings': () => ({ body: { records_reads: 'soon' } }),
}
