import { getSpace } from '#features/tenancy/index.ts'
import { type Route, route } from '#http/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { EventDeps } from '../routes.ts'
import { settle } from '../settle.ts'
import { readDigest, type SearchInsight } from './read-digest.ts'
import { readSpan } from './read-span.ts'
import { Digest, DigestQuery } from './schemas.ts'

type DigestDeps = Pick<EventDeps, 'db' | 'sequencer' | 'later'> & {
  clock: Clock
  insight: SearchInsight
}

export function digestRoutes(deps: DigestDeps): Route[] {
  const { db, clock, insight } = deps
  return [
    route({
      tag: 'events',
      access: 'events:read',
      levels: ['tenant'],
      method: 'GET',
      path: '/v1/events/digest',
      summary: 'What changed in a while, in words and counts, as far as you may see it',
      description: 'Made of the events themselves, without a model; as short for a year as for a day.',
      query: DigestQuery,
      responses: { 200: Digest },
      handle: async ({ scope, query }) => {
        await settle(scope, deps)
        const asked = readSpan(query, clock.now())
        return db.tenant(scope, async (tx) => {
          const spaceId = query.space === undefined ? undefined : (await getSpace(tx, query.space)).id
          return readDigest(tx, asked, spaceId, insight)
        })
      },
    }),
  ]
}
