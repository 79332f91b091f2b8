import { type Static, Type } from 'typebox'
import { Nullable, Reference, Strict, Timestamp } from '#http/index.ts'
import { actorTypes, eventTypeNames } from '#platform/events/index.ts'

/** Of each kind of change so many groups, with so many names each: whatever a period holds, its digest is short. */
export const mostGroups = 10
export const mostNames = 5
export const mostSearches = 5
/** Days that a digest is of at most. */
export const mostDays = 366

/** Names of periods, in days. */
export const daysOf = { day: 1, week: 7, month: 30 } as const

export const DigestQuery = Strict({
  period: Type.Optional(
    Type.Enum(['day', 'week', 'month'], {
      description: 'Up to now: 1, 7 or 30 days. `week` when neither it nor `created_after` is given.',
    }),
  ),
  created_after: Type.Optional(Timestamp),
  created_before: Type.Optional({
    ...Timestamp,
    description: `RFC 3339, UTC. With \`created_after\`, at most ${mostDays} days later; now when left out.`,
  }),
  space: Type.Optional(Reference),
  phrase: Type.Optional(
    Type.Boolean({ description: '`false` leaves the words as they are put together without a model.' }),
  ),
})

export const unphrased = [
  'model_unavailable',
  'model_ungrounded',
  'model_not_configured',
  'model_busy',
  'spaces_differ',
] as const
export type Unphrased = (typeof unphrased)[number]

const Files = Type.Integer({ description: 'Each counted once.' })
const Names = Type.Array(Nullable(Type.String()), {
  description: `Newest first, at most ${mostNames}, as they were called then; null where a name was taken out.`,
})
const Who = Strict({
  type: Type.Enum(['user', ...actorTypes], { description: '`user`: for whom somebody acted.' }),
  id: Nullable(Type.String({ description: 'Null where you may not know who.' })),
  name: Nullable(Type.String()),
})

const done = (description: string) =>
  Strict(
    {
      files: Files,
      by: Type.Array(Strict({ who: Who, files: Files, names: Names }), {
        description: `Most files first, at most ${mostGroups}.`,
      }),
    },
    { description },
  )

const Searched = Type.Array(
  Strict({
    query: Type.String({ description: 'As it was asked last.' }),
    searches: Type.Integer(),
    without_results: Type.Integer(),
  }),
  { description: 'Those whose words the tenant keeps.' },
)

export const Digest = Strict({
  period: Strict({ from: Timestamp, to: Timestamp }),
  space_id: Nullable(Type.String()),
  words: Type.String({ description: 'All of it in plain English sentences.' }),
  phrased_by: Nullable(
    Type.String({
      description: 'The language model that put it into these words; null: none, they are put together.',
    }),
  ),
  not_phrased_by: Nullable(
    Type.Enum([...unphrased], {
      description:
        'Why the chosen model did not: it did not answer, said what the digest does not, is not of this server, is asked for as much as it may be, or spaces chose differently.',
    }),
  ),
  counts: Type.Partial(
    Type.Object(Object.fromEntries(eventTypeNames.map((name) => [name, Type.Integer()])), {
      additionalProperties: false,
      description: 'Events by type; types without one are left out.',
    }),
  ),
  added: done('Uploaded, imported or copied.'),
  changed: done('Another version, name, place or metadata, or back out of the trash.'),
  removed: done('Put into the trash, or deleted for good.'),
  failed: Strict(
    {
      files: Files,
      reasons: Type.Array(Strict({ reason: Nullable(Type.String()), files: Files, names: Names }), {
        description: `Most files first, at most ${mostGroups}.`,
      }),
    },
    { description: 'Could not be read, and were not read since.' },
  ),
  questions: Strict({
    asked: Type.Integer(),
    unanswered: Type.Integer({ description: 'For want of evidence.' }),
  }),
  searches: Nullable(
    Strict(
      {
        searches: Type.Integer(),
        without_results: Type.Integer(),
        most_searched: Searched,
        unanswered: Searched,
      },
      {
        description:
          'As `GET /v1/search/insight` has it, for who may ask that; null for others, and where the days are not those up to now.',
      },
    ),
  ),
})

export type Digest = Static<typeof Digest>
