import { type Static, type TSchema, Type } from 'typebox'
import { Reference, Strict, Timestamp } from '#http/index.ts'

const Text = Type.String({ maxLength: 1000 })
const Scalar = Type.Union([Text, Type.Number(), Type.Boolean()])
const Bound = Type.Optional(Type.Union([Text, Type.Number()]))
const Name = Type.String({ maxLength: 255 })
const Names = Type.Array(Name, { minItems: 1, maxItems: 50 })
const metadataKey = '^[^\\u0000.]{1,64}$'

const MetadataCondition = Type.Object(
  {
    in: Type.Optional(Type.Array(Scalar, { minItems: 1, maxItems: 50 })),
    gt: Bound,
    gte: Bound,
    lt: Bound,
    lte: Bound,
    exists: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, minProperties: 1 },
)

const conditions = {
  type: Type.Optional(
    Type.Union([Name, Names], { description: 'Media types, `text/csv`, or groups of them, `image/*`.' }),
  ),
  origin: Type.Optional(Names),
  created_after: Type.Optional(Timestamp),
  created_before: Type.Optional(Timestamp),
  files: Type.Optional(Type.Array(Name, { minItems: 1, maxItems: 1000, description: 'One of these.' })),
  folders: Type.Optional(
    Type.Array(Name, { minItems: 1, maxItems: 100, description: 'In one of these, at any depth.' }),
  ),
  spaces: Type.Optional(
    Type.Array(Reference, { minItems: 1, maxItems: 100, description: 'In one of these, by id or slug.' }),
  ),
  metadata: Type.Optional(
    Type.Record(Type.String({ pattern: metadataKey }), Type.Union([Scalar, MetadataCondition]), {
      maxProperties: 20,
      additionalProperties: false,
      description:
        'A value has to be equal, or among the file’s when that is a list; `in` takes any of several, `gt`, `gte`, `lt` and `lte` compare with values of the same type, `exists` asks for the key alone.',
    }),
  ),
}

const Innermost = Strict(conditions)
const Inner = Strict({ ...conditions, ...combine(Innermost) })

/** Three levels: a filter, those in its `not` and `any`, and those in theirs. */
export const Filter = Strict(
  { ...conditions, ...combine(Inner) },
  {
    description:
      'Only files that meet all of these. `not` and `any` take filters again, two levels deep; 100 conditions at most.',
  },
)

export type Filter = Static<typeof Innermost> & { not?: Filter; any?: Filter[] }

function combine<Part extends TSchema>(part: Part) {
  return {
    not: Type.Optional(part),
    any: Type.Optional(Type.Array(part, { minItems: 1, maxItems: 20 })),
  }
}
