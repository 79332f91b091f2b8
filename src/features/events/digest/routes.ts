import type { LanguageModels } from '#adapters/language/port.ts'
import { getSpace } from '#features/tenancy/index.ts'
import { type Route, route } from '#http/index.ts'
import type { Clock } from '#platform/clock.ts'
import { createPlaces } from '#platform/places.ts'
import type { EventDeps } from '../routes.ts'
import { settle } from '../settle.ts'
import { callsOfTenant, chooseFor, phrase } from './phrase.ts'
import { putInWords } from './put-in-words.ts'
import { readDigest, type SearchInsight } from './read-digest.ts'
import { readSpan } from './read-span.ts'
import { Digest, DigestQuery } from './schemas.ts'

type DigestDeps = Pick<EventDeps, 'db' | 'sequencer' | 'later'> & {
  clock: Clock
  insight: SearchInsight
  models: LanguageModels
}

export function digestRoutes(deps: DigestDeps): Route[] {
  const { db, clock, insight, models } = deps
  const places = createPlaces(callsOfTenant)
  return [
    route({
      tag: 'events',
      access: 'events:read',
      levels: ['tenant'],
      method: 'GET',
      path: '/v1/events/digest',
      summary: 'What changed in a while, in words and counts, as far as you may see it',
      description:
        'Made of the events themselves; as short for a year as for a day. Where a language model is chosen, it finds the words, and says no number and no name that the digest does not have.',
      query: DigestQuery,
      responses: { 200: Digest },
      handle: async ({ scope, query }) => {
        await settle(scope, deps)
        const asked = readSpan(query, clock.now())
        const { told, chosen } = await db.tenant(scope, async (tx) => {
          const spaceId = query.space === undefined ? undefined : (await getSpace(tx, query.space)).id
          const span = { ...asked, spaceId }
          const isPlain = query.phrase === false
          return {
            told: await readDigest(tx, span, insight),
            chosen: isPlain ? {} : await chooseFor(tx, span, models),
          }
        })
        const plain = { words: putInWords(told, asked.name), phrased_by: null, not_phrased_by: null }
        return { ...told, ...plain, ...(await phrase(told, chosen, scope, places)) }
      },
    }),
  ]
}
