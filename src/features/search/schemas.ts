import { type Static, Type } from 'typebox'
import { Nullable, Reference, Strict, Timestamp } from '#http/index.ts'

const Scalar = Type.Union([Type.String({ maxLength: 1000 }), Type.Number(), Type.Boolean()])
const Bound = Type.Union([Type.String({ maxLength: 1000 }), Type.Number()])
const MetadataKey = '^[^\\u0000.]{1,64}$'

export const Filter = Strict(
  {
    type: Type.Optional(Type.String({ maxLength: 255, description: 'Media type.' })),
    origin: Type.Optional(Type.Array(Type.String({ maxLength: 255 }), { minItems: 1, maxItems: 50 })),
    created_after: Type.Optional(Timestamp),
    created_before: Type.Optional(Timestamp),
    metadata: Type.Optional(
      Type.Record(
        Type.String({ pattern: MetadataKey }),
        Type.Union([
          Scalar,
          Type.Object(
            {
              in: Type.Optional(Type.Array(Scalar, { minItems: 1, maxItems: 50 })),
              gte: Type.Optional(Bound),
              lte: Type.Optional(Bound),
            },
            { additionalProperties: false, minProperties: 1 },
          ),
        ]),
        {
          maxProperties: 20,
          additionalProperties: false,
          description:
            'A value has to be equal, or among the file’s when that is a list; `in` takes any of several, `gte` and `lte` compare with values of the same type.',
        },
      ),
    ),
  },
  { description: 'Only files that meet all of these.' },
)
export type Filter = Static<typeof Filter>

/** Where to look, in every request that retrieves. */
export const retrievalFields = {
  spaces: Type.Optional(
    Type.Union([Type.Literal('*'), Type.Array(Reference, { minItems: 1, maxItems: 100 })], {
      description:
        'Ids or slugs, or `*` for every readable space. Left out: the space of the key, else the default one.',
    }),
  ),
  files: Type.Optional(
    Type.Array(Type.String({ maxLength: 255 }), {
      minItems: 1,
      maxItems: 1000,
      description: 'Only these files.',
    }),
  ),
  filter: Type.Optional(Filter),
}

export const SearchInput = Strict({
  query: Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S' }),
  ...retrievalFields,
  mode: Type.Enum(['hybrid', 'text', 'vector'], {
    default: 'hybrid',
    description: 'By words and meaning, by words, or by meaning.',
  }),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 10 }),
  group_by_file: Type.Boolean({ default: false, description: 'One result per file, its best place.' }),
  highlight: Type.Boolean({ default: true }),
})

const Range = Type.Array(Type.Integer(), {
  minItems: 2,
  maxItems: 2,
  description: '[start, end] in UTF-16 units.',
})

export const SearchResult = Strict({
  file_id: Type.String(),
  file_name: Type.String(),
  space_id: Type.String(),
  chunk_id: Type.String(),
  version_id: Type.String(),
  score: Type.Number(),
  match_source: Type.Enum(['text', 'vector', 'both']),
  text: Type.String(),
  snippet: Type.String(),
  highlights: Type.Array(Range, { description: 'Stretches of the snippet that match.' }),
  text_highlights: Type.Array(Range, { description: 'Stretches of the text that match.' }),
  page: Nullable(Type.Integer()),
  heading: Type.String(),
  offsets: Range,
  metadata: Type.Record(Type.String(), Type.Unknown()),
})

export const SearchAnswer = Strict({
  results: Type.Array(SearchResult),
  total: Type.Integer({
    description: 'Matching places, or files when grouped; exact for what the caller may see.',
  }),
  mode_used: Type.Enum(['hybrid', 'text', 'vector']),
  degraded: Type.Boolean({
    description:
      'Files that were found or not lack vectors of the embedder in use; words alone ranked, and the vectors are being made.',
  }),
  took_ms: Type.Number(),
})
