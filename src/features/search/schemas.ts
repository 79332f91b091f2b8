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
  folders: Type.Optional(
    Type.Array(Type.String({ maxLength: 255 }), {
      minItems: 1,
      maxItems: 100,
      description: 'Only files in these folders, at any depth.',
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
      description:
        'Words; `"in a row"` has to stand so, `-word` and `-"in a row"` must not; a question, which ends with `?`, has no such signs. Either this or `like` is needed.',
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
  correct: Type.Boolean({
    default: true,
    description: 'Words that nothing readable has are taken for the nearest ones that it has.',
  }),
  rerank: Type.Optional(
    Type.Boolean({
      default: true,
      description:
        'Spaces with a reranker have it order the twenty best finds anew; `false` leaves them as they are found.',
    }),
  ),
  explain: Type.Boolean({ default: false, description: 'Each result says how its score came about.' }),
})

const Range = Type.Array(Type.Integer(), {
  minItems: 2,
  maxItems: 2,
  description: '[start, end] in UTF-16 units.',
})

const best = 'The largest of what this search could find.'

/** Sums and products of these numbers are exact, so they give the score to the last bit. */
export const Explanation = Strict(
  {
    words: Strict({
      score: Type.Number({
        description:
          'In points of BM25: `own`, and with neighbours `(10 * neighbours * own + 3 * around) / (13 * neighbours)`, rounded up to 2^-26.',
      }),
      own: Type.Number({ description: 'The sum of what the terms add.' }),
      neighbours: Type.Integer({ description: 'Places beside this one in its file: 0, 1 or 2.' }),
      around: Type.Number({ description: 'The sum of what the terms add to those.' }),
      terms: Type.Array(
        Strict({
          word: Type.String(),
          tf: Type.Number({
            description:
              'Times in this place, 255 at most; 13/16 of the times of a synonym, if that is more.',
          }),
          df: Type.Integer({ description: 'Readable places that have it.' }),
          idf: Type.Number(),
          times: Type.Integer({ description: 'Times in the query.' }),
          score: Type.Number(),
        }),
      ),
      length: Type.Integer({ description: 'Of this place, in terms.' }),
      average_length: Type.Number({ description: 'Of the readable places.' }),
      chunks: Type.Integer({ description: 'Readable places in the spaces searched.' }),
      weight: Type.Number(),
      share: Nullable(Type.Number({ description: 'The score over the best, rounded up to 2^-20.' })),
      best: Nullable(Type.Number({ description: best })),
    }),
    meaning: Nullable(
      Strict({
        cosine: Type.Number({
          description:
            'With what the query means, its first finds looked at; 0 where it is negative or meaning has no weight.',
        }),
        weight: Type.Number(),
        share: Type.Number({ description: 'The cosine over the best, rounded up to 2^-20.' }),
        best: Type.Number({ description: `${best} At least what counts as related.` }),
      }),
    ),
    rerank: Nullable(
      Strict(
        {
          reranker: Type.String(),
          score: Type.Number(),
          weight: Type.Number(),
          relevance: Type.Number({ description: 'What the reranker says.' }),
          best_relevance: Type.Number({ description: 'The largest of what it was shown.' }),
          words: Type.Number({ description: '`words.score` once more.' }),
          best_words: Type.Number({ description: 'The largest of what it was shown.' }),
          before: Type.Integer({ description: 'Its place before, from 1.' }),
        },
        {
          description:
            'Where it stands now: `score` is `weight * relevance / best_relevance + (1 - weight) * words / best_words`.',
        },
      ),
    ),
  },
  {
    description:
      'The score is `words.weight * words.share + meaning.weight * meaning.share`, to the last bit; where words alone ranked, it is `words.score`.',
  },
)

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
  rerank_score: Type.Optional(
    Type.Number({ description: 'From 0 to 1, where a reranker put it; `score` stays that of the search.' }),
  ),
  explanation: Type.Optional(Explanation),
})

export const SearchAnswer = Strict({
  id: Nullable(
    Type.String({
      description:
        'Of the first page, for `POST /v1/search/{id}/clicks`; null on those after it, which are the same search.',
    }),
  ),
  results: Type.Array(SearchResult),
  total: Type.Integer({
    description: 'Matching places, or files when grouped, of all pages; exact for what the caller may see.',
  }),
  next_cursor: Nullable(Type.String({ description: 'For the same request, to go on after these results.' })),
  facets: Type.Optional(Facets),
  mode_used: Type.Enum(['hybrid', 'text', 'vector']),
  degraded: Type.Boolean({
    description:
      'Not everything could be compared by meaning, or said which words stand in a row: see `degraded_by`.',
  }),
  degraded_by: Nullable(
    Type.Enum(['vectors_missing', 'embedder_unavailable', 'positions_missing'], {
      description:
        'Files lack vectors of the embedder in use, which are being made; or the embedder does not answer: the rest was ranked by its words alone. Or blocks of an older format, which are being made anew, met a phrase by having all its words.',
    }),
  ),
  reranked: Type.Boolean({
    description:
      'Whether a reranker put the best finds, twenty at most, in another order; pages after those go on in the order of the search.',
  }),
  not_reranked_by: Nullable(
    Type.Enum(['reranker_unavailable', 'reranker_not_configured'], {
      description:
        'A reranker did not answer, or the chosen one is not of this server: its finds stand as they were found.',
    }),
  ),
  corrections: Type.Array(
    Strict({
      word: Type.String({ description: 'As the query has it, in lower case.' }),
      used: Type.Array(Type.String(), { description: 'What was looked for instead.' }),
    }),
  ),
  synonyms: Type.Array(
    Strict({
      word: Type.String({ description: 'Of the query, or several in a row, in lower case.' }),
      used: Type.Array(Type.String(), { description: 'What was looked for too.' }),
    }),
  ),
  took_ms: Type.Number(),
})

export const SuggestionQuery = Strict({
  q: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', description: 'What was typed so far.' }),
  spaces: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 4000,
      description:
        'Ids or slugs with commas between, or `*` for every readable space. Left out: the space of the key, else the default one.',
    }),
  ),
  limit: Type.Integer({ minimum: 1, maximum: 20, default: 8 }),
})

export const Suggestions = Strict({
  words: Type.Array(Type.String(), {
    description:
      'What was typed with its last word gone on to words that stand in files, headings and titles; lower case.',
  }),
  files: Type.Array(Strict({ id: Type.String(), name: Type.String(), space_id: Type.String() }), {
    description: 'Files in whose names a word begins with what was typed.',
  }),
})
