import { Type } from 'typebox'
import { Nullable, pageQuery, Reference, Strict, Timestamp } from '#http/index.ts'
import { facetFields, Facets } from './facets/schema.ts'
import { Filter } from './filter/schema.ts'

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

const Like = Type.Object(
  {
    file: Type.Optional(Type.String({ maxLength: 255, description: 'Id of a file; itself it is left out.' })),
    chunk: Type.Optional(
      Type.String({ maxLength: 255, description: 'Id of a chunk; itself it is left out.' }),
    ),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description:
      'Instead of `query`: more like this, by its vector and its most telling words. Without a vector words alone rank, and the answer is `degraded`.',
  },
)

export const SearchInput = Strict({
  query: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 4000,
      pattern: '\\S',
      description: 'Either this or `like` is needed.',
    }),
  ),
  like: Type.Optional(Like),
  ...retrievalFields,
  mode: Type.Enum(['hybrid', 'text', 'vector'], {
    default: 'hybrid',
    description: 'By words and meaning, by words, or by meaning.',
  }),
  sort: Type.Optional(
    Type.Enum(['relevance', 'newest', 'oldest'], {
      default: 'relevance',
      description:
        'The best first, or the matches of the files that were made last or first; places of one file then stand in the order of its text.',
    }),
  ),
  min_score: Type.Optional(
    Type.Number({
      minimum: 0,
      description: 'What scores less is no match. For `hybrid` and `vector` 1 is the best of this search.',
    }),
  ),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 10 }),
  cursor: pageQuery.cursor,
  group_by_file: Type.Boolean({ default: false, description: 'One result per file, its best place.' }),
  chunks_per_file: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 5,
      description:
        'With `group_by_file`: this many places of each file, the next best ones in `more_chunks`.',
    }),
  ),
  highlight: Type.Boolean({ default: true }),
  context: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 3,
      default: 0,
      description: 'Also the so many chunks before and after each result, as `before` and `after`.',
    }),
  ),
  ...facetFields,
})

const Range = Type.Array(Type.Integer(), {
  minItems: 2,
  maxItems: 2,
  description: '[start, end] in UTF-16 units.',
})

const place = {
  chunk_id: Type.String(),
  score: Type.Number(),
  match_source: Type.Enum(['text', 'vector', 'both']),
  text: Type.String(),
  snippet: Type.String(),
  highlights: Type.Array(Range, { description: 'Stretches of the snippet that match.' }),
  text_highlights: Type.Array(Range, { description: 'Stretches of the text that match.' }),
  page: Nullable(Type.Integer()),
  heading: Type.String(),
  offsets: Range,
}
export const FoundPlace = Strict(place)

const Neighbour = Strict({
  chunk_id: Type.String(),
  text: Type.String(),
  page: Nullable(Type.Integer()),
  heading: Type.String(),
  offsets: Range,
})
const Neighbours = Type.Array(Neighbour, {
  description: 'The chunks next to it in the text of its file, in their order, with `context`.',
})

export const SearchResult = Strict({
  file_id: Type.String(),
  file_name: Type.String(),
  space_id: Type.String(),
  version_id: Type.String(),
  ...place,
  created_at: Timestamp,
  metadata: Type.Record(Type.String(), Type.Unknown()),
  before: Type.Optional(Neighbours),
  after: Type.Optional(Neighbours),
  more_chunks: Type.Optional(
    Type.Array(FoundPlace, { description: 'The next best places of the file, with `chunks_per_file`.' }),
  ),
})

export const SearchAnswer = Strict({
  results: Type.Array(SearchResult),
  total: Type.Integer({
    description: 'Matching places, or files when grouped, of all pages; exact for what the caller may see.',
  }),
  next_cursor: Nullable(Type.String({ description: 'For the same request, to go on after these results.' })),
  facets: Type.Optional(Facets),
  mode_used: Type.Enum(['hybrid', 'text', 'vector']),
  degraded: Type.Boolean({
    description: 'Not everything could be compared by meaning: the rest was ranked by its words alone.',
  }),
  degraded_by: Nullable(
    Type.Enum(['vectors_missing', 'embedder_unavailable'], {
      description:
        'Files lack vectors of the embedder in use, which are being made; or the embedder does not answer.',
    }),
  ),
  took_ms: Type.Number(),
})
