import { Type } from 'typebox'
import { Nullable, Reference, Strict, Timestamp } from '#http/index.ts'
import { keptDays } from './record-searches.ts'

export const InsightQuery = Strict({
  space: Type.Optional(Reference),
  days: Type.Integer({
    minimum: 1,
    maximum: keptDays,
    default: 30,
    description: `Up to now; records are kept for ${keptDays} days.`,
  }),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 10, description: 'Of each list.' }),
})

const counts = {
  searches: Type.Integer(),
  without_results: Type.Integer(),
  clicked: Type.Integer({ description: 'Searches one of whose results was opened.' }),
}

const Asked = Type.Array(
  Strict({
    query: Nullable(
      Type.String({ description: 'As it was asked last; null unless the tenant keeps queries.' }),
    ),
    fingerprint: Type.String({
      description:
        'The same for the same words, capitals and white space aside, as long as the tenant has the same data key. Nothing leads from it to the words.',
    }),
    ...counts,
  }),
)

export const Insight = Strict({
  since: Timestamp,
  keeps_queries: Type.Boolean(),
  ...counts,
  click_through: Nullable(Type.Number({ description: '`clicked` over `searches`.' })),
  took_ms: Nullable(Strict({ p50: Type.Number(), p95: Type.Number(), p99: Type.Number() })),
  most_asked: Asked,
  most_without_results: Asked,
})

export const InsightChange = Strict({
  keeps_queries: Type.Boolean({
    description: '`true`: queries are kept from now on, sealed. `false`: none, and those kept are removed.',
  }),
})

export const Click = Strict({
  file_id: Type.String({ maxLength: 255, description: 'Id of the file whose result was opened.' }),
  position: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Its place in the results, from 1.' }),
})
