import type { Static } from 'typebox'
import { getSpace } from '#features/tenancy/index.ts'
import { IdParams, type Route, route } from '#http/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import { findRules, replaceRules } from './queries.ts'
import { readRules } from './rules.ts'
import { SynonymRules, Synonyms } from './schemas.ts'

export function synonymRoutes({ db, clock }: { db: Db; clock: Clock }): Route[] {
  const common = { tag: 'spaces', access: 'spaces:manage', levels: ['tenant'] } as const
  return [
    route({
      ...common,
      method: 'GET',
      path: '/v1/spaces/{id}/synonyms',
      summary: 'The words that may stand for others in the searches of a space',
      params: IdParams,
      responses: { 200: Synonyms },
      handle: ({ scope, params }) =>
        db.tenant(scope, async (tx) => present(tx, (await getSpace(tx, params.id)).id)),
    }),
    route({
      ...common,
      method: 'PUT',
      path: '/v1/spaces/{id}/synonyms',
      records: ['space.synonyms_updated'],
      summary: 'Replace the synonyms of a space',
      description:
        'They count from the next search on. A query that says a word, or words in a row, as they are spelled here finds what may stand for them too, in all its forms, for a little less.',
      params: IdParams,
      body: SynonymRules,
      responses: { 200: Synonyms },
      handle: ({ scope, params, body: { rules } }) =>
        db.tenant(scope, async (tx) => {
          const { id, name } = await getSpace(tx, params.id)
          await tx.record({
            type: 'space.synonyms_updated',
            subject: { type: 'space', id, name },
            place: { space: id },
            data: { rules: rules.length },
          })
          await replaceRules(tx, id, { rules, lookup: readRules(rules), at: clock.now() })
          return present(tx, id)
        }),
    }),
  ]
}

async function present(tx: TenantTx, spaceId: string): Promise<Static<typeof Synonyms>> {
  const found = await findRules(tx, spaceId)
  return { rules: found?.rules ?? [], updated_at: found?.updatedAt.toISOString() ?? null }
}
