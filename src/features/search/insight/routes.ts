import { getFile } from '#features/files/index.ts'
import { getSpace } from '#features/tenancy/index.ts'
import { Answer, IdParams, type Route, route } from '#http/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db } from '#platform/db/index.ts'
import { changeOf } from '#platform/events/index.ts'
import { parseId } from '#platform/ids.ts'
import { searchNotFound } from './errors.ts'
import { addClick, keepQueries, keepsQueries } from './queries.ts'
import { insightAccess, readInsight } from './read-insight.ts'
import type { SearchRecorder } from './record-searches.ts'
import { Click, Insight, InsightChange, InsightQuery } from './schemas.ts'

export type InsightDeps = { db: Db; clock: Clock; recorder: SearchRecorder }

export function insightRoutes({ db, clock, recorder }: InsightDeps): Route[] {
  const common = { tag: 'search', levels: ['tenant'] } as const
  return [
    route({
      ...common,
      access: insightAccess,
      method: 'GET',
      path: '/v1/search/insight',
      summary: 'What is searched for, how fast it is answered, and what is not found',
      query: InsightQuery,
      responses: { 200: Insight },
      handle: ({ scope, query: { space, days, limit } }) =>
        db.tenant(scope, async (tx) => {
          const spaceId = space === undefined ? undefined : (await getSpace(tx, space)).id
          const since = new Date(clock.now().getTime() - days * 24 * 3_600_000)
          return readInsight(tx, { since, spaceId }, limit)
        }),
    }),
    route({
      ...common,
      access: 'spaces:manage',
      method: 'PATCH',
      path: '/v1/search/insight',
      records: ['settings.updated'],
      summary: 'Keep the queries of searches, or keep them no longer',
      body: InsightChange,
      responses: { 200: InsightChange },
      handle: async ({ scope, body: { keeps_queries } }) => {
        await db.tenant(scope, async (tx) => {
          const before = await keepsQueries(tx)
          await keepQueries(tx, keeps_queries)
          await tx.record({
            type: 'settings.updated',
            subject: { type: 'tenant', id: scope.tenantId },
            data: changeOf({ keeps_queries: before }, { keeps_queries }, ['keeps_queries']),
          })
        })
        return { keeps_queries }
      },
    }),
    route({
      ...common,
      access: 'search:query',
      method: 'POST',
      path: '/v1/search/{id}/clicks',
      records: ['search.clicked'],
      summary: 'Say which result of a search was opened',
      params: IdParams,
      body: Click,
      responses: { 204: 'empty' },
      handle: async ({ scope, params, body: { file_id, position } }) => {
        const searchId = parseId('sea', params.id)
        if (searchId === undefined) throw searchNotFound()
        await recorder.written(searchId)
        await db.tenant(scope, async (tx) => {
          const { id: fileId, space_id: spaceId } = await getFile(tx, file_id)
          const isCounted = await tx.inWholeSpaces((whole) =>
            addClick(whole, { searchId, spaceId, position }),
          )
          if (!isCounted) throw searchNotFound()
          await tx.record({
            type: 'search.clicked',
            subject: { type: 'search', id: searchId },
            place: { space: spaceId, file: fileId },
            data: { position },
          })
        })
        return new Answer(204, undefined)
      },
    }),
  ]
}
