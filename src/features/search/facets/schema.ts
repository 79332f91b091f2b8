import { Type } from 'typebox'
import { Strict } from '#http/index.ts'

const Name = Type.String({
  pattern: '^(type|origin|space|folder|created_month|metadata\\.[^\\u0000.]{1,64})$',
})

export const facetFields = {
  facets: Type.Optional(
    Type.Array(Name, {
      minItems: 1,
      maxItems: 10,
      uniqueItems: true,
      description:
        'Counts all matches by `type`, `origin`, `space`, `folder`, `created_month` or `metadata.<key>`, whatever page is shown.',
    }),
  ),
  facet_values: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, default: 10, description: 'Values shown of each facet.' }),
  ),
}

export const Facets = Type.Record(
  Type.String(),
  Strict({
    values: Type.Array(
      Strict({
        value: Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
        count: Type.Integer(),
      }),
      { description: 'Most frequent first, equal ones by value.' },
    ),
    other: Type.Integer({ description: 'Counts of all further values together.' }),
  }),
  {
    description:
      'By name. Counts are of matching places, or of files when grouped, like `total`. A file counts for each value of a list, and for none where it lacks the key or lies in no folder.',
  },
)
