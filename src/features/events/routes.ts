import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { Answer, Page, type Route, route } from '#http/index.ts'
import type { Db } from '#platform/db/index.ts'
import type { Vault } from '#platform/vault/index.ts'
import type { Feed } from './feed.ts'
import { inFrames } from './in-frames.ts'
import { presentEvent } from './present.ts'
import { listEvents, readNewest } from './queries.ts'
import { readFilter } from './read-filter.ts'
import type { LaterRecorder } from './record-later.ts'
import { Event, EventQuery, Polled, PollQuery, StreamQuery } from './schemas.ts'
import type { Sequencer } from './sequence.ts'
import { settle } from './settle.ts'

export type EventDeps = {
  db: Db
  sequencer: Sequencer
  later: LaterRecorder
  feed: Feed
  vault: Pick<Vault, 'signingSecret'>
}

/** A reader who takes nothing for so long is gone; there is a sign of life every fifteen seconds. */
const stalledMs = 60_000

export function eventRoutes({ db, sequencer, later, feed }: EventDeps): Route[] {
  const common = { tag: 'events', access: 'events:read', levels: ['tenant'], method: 'GET' } as const
  return [
    route({
      ...common,
      path: '/v1/events',
      summary: 'What happened, as far as you may see it',
      description:
        'Ids go up within a tenant by one; those you may not see are left out. What was answered before you ask is in it.',
      query: EventQuery,
      responses: { 200: Page(Event) },
      handle: async ({ scope, query }) => {
        await settle(scope, { later, sequencer })
        const { order, limit, cursor } = query
        const beyond = cursor === undefined ? undefined : Number(cursor)
        const rows = await db.tenant(scope, async (tx) => {
          const filter = await readFilter(tx, query)
          return listEvents(tx, scope.tenantId, filter, { limit: limit + 1, beyond, order })
        })
        return numberedPage(rows, limit, (row) => presentEvent(scope, row))
      },
    }),
    route({
      ...common,
      path: '/v1/events/poll',
      summary: 'The next events, as soon as there are any',
      query: PollQuery,
      responses: { 200: Polled },
      handle: async ({ scope, query, renew, signal }) => {
        const { after, filter } = await db.tenant(scope, async (tx) => ({
          after: query.after ?? (await readNewest(tx)),
          filter: await readFilter(tx, { ...query, after: undefined }),
        }))
        const rows = await feed.next({ scope, filter, after, renew, signal }, query.limit, query.wait * 1000)
        return {
          data: rows.map((row) => presentEvent(scope, row)),
          next_after: rows.at(-1)?.number ?? after,
        }
      },
    }),
    route({
      ...common,
      path: '/v1/events/stream',
      summary: 'Events as they happen, as server-sent events',
      description:
        'Each frame has the event’s id: a client that lost the connection names the last one in `Last-Event-ID`, or in `after`, and misses none. The stream ends when the credential does.',
      query: StreamQuery,
      responses: { 200: { bytes: 'text/event-stream; charset=utf-8' } },
      handle: async ({ scope, query, request, renew, signal }) => {
        const last = /^\d{1,15}$/.exec(String(request.headers['last-event-id'] ?? ''))?.[0]
        const { after, filter } = await db.tenant(scope, async (tx) => ({
          after: last === undefined ? (query.after ?? (await readNewest(tx))) : Number(last),
          filter: await readFilter(tx, { ...query, after: undefined }),
        }))
        const { count = Infinity, wait = Infinity } = query
        const bounds = { count, waitMs: wait * 1000 }
        const events = feed.follow({ scope, filter, after, renew, signal }, bounds)
        // The first step says whether there may be one more stream, while that can still be answered with a status.
        await events.next()
        const frames = inFrames(events, request.id)
        return new Answer(
          200,
          Readable.from(unlessStalled(frames, request.raw.socket), { objectMode: false }),
          { 'x-accel-buffering': 'no' },
        )
      },
    }),
  ]
}

/** Its connection goes on with other requests, so that nothing of the watch stays on it. */
async function* unlessStalled(frames: AsyncIterable<string>, socket: Socket): AsyncGenerator<string> {
  const destroy = () => socket.destroy()
  socket.setTimeout(stalledMs, destroy)
  try {
    yield* frames
  } finally {
    socket.off('timeout', destroy)
  }
}

/** Cuts the extra row that tells whether there is more. */
export function numberedPage<Row extends { number: number }, Item>(
  rows: Row[],
  limit: number,
  present: (row: Row) => Item,
) {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { data: page.map(present), next_cursor: rows.length > limit && last ? String(last.number) : null }
}
