import { Type } from 'typebox'
import { Nullable, Reference, Strict, Timestamp } from '#http/index.ts'
import {
  actorTypes,
  checkpointFormat,
  detailNames,
  eventTypeNames,
  subjectTypes,
} from '#platform/events/index.ts'

const EventId = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Number of an event within its tenant, from 1 and without gaps.',
})

const Subject = Strict({
  type: Type.Enum(subjectTypes),
  id: Type.String(),
  name: Nullable(Type.String({ description: 'As it was called then; null where it was taken out.' })),
})
const Actor = Strict({
  type: Type.Enum(actorTypes),
  id: Nullable(Type.String({ description: 'Null where you may not know who.' })),
  name: Nullable(Type.String()),
})
const Outcome = Type.Enum(['done', 'refused'])
const Data = Type.Unknown({ description: 'What else is to be known, by type; never texts.' })

const place = {
  space_id: Nullable(Type.String()),
  folder_id: Nullable(Type.String()),
  file_id: Nullable(Type.String()),
}

export const Event = Strict({
  id: EventId,
  type: Type.Enum(eventTypeNames),
  tenant_id: Type.String(),
  ...place,
  subject: Subject,
  actor: Actor,
  acting_as: Nullable(Strict({ id: Type.String(), name: Nullable(Type.String()) })),
  outcome: Outcome,
  data: Data,
  created_at: Timestamp,
})

const filters = {
  type: Type.Optional(
    Type.String({
      pattern: '^[a-z_]+\\.([a-z_]+|\\*)(,[a-z_]+\\.([a-z_]+|\\*))*$',
      maxLength: 1000,
      description: 'Types of events, separated by commas; `file.*` for all of files.',
    }),
  ),
  space: Type.Optional(Reference),
  folder: Type.Optional(Type.String({ maxLength: 255, description: 'Id of a folder.' })),
  file: Type.Optional(
    Type.String({ maxLength: 255, description: 'Id of a file, also of one that is gone.' }),
  ),
  user: Type.Optional(
    Type.String({ maxLength: 255, description: 'Id of the user for whom somebody acted.' }),
  ),
  actor: Type.Optional(
    Type.String({ maxLength: 255, description: 'Id of who acted, for example of a key.' }),
  ),
  outcome: Type.Optional(Outcome),
  q: Type.Optional(
    Type.String({
      maxLength: 255,
      description:
        'Words, each in the type, in the name of the subject or in that of the actor, in any case.',
    }),
  ),
}
const times = { created_after: Type.Optional(Timestamp), created_before: Type.Optional(Timestamp) }

const page = {
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  cursor: Type.Optional(
    Type.String({
      pattern: '^[1-9][0-9]{0,15}$',
      description: 'The `next_cursor` of the page before.',
    }),
  ),
  order: Type.Enum(['newest', 'oldest'], { default: 'newest' }),
}

const after = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Only events after the one of this id.',
  }),
)

export const EventQuery = Strict({ ...filters, ...times, after, ...page })

export const AuditQuery = Strict({
  ...filters,
  ...times,
  request_id: Type.Optional(
    Type.String({ maxLength: 64, description: 'Of the answer that is asked about.' }),
  ),
  after,
  ...page,
})

const follow = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'The id of the last event you have; 0 for all there are. Left out: from now on.',
  }),
)

export const PollQuery = Strict({
  ...filters,
  after: follow,
  limit: page.limit,
  wait: Type.Integer({
    minimum: 0,
    maximum: 60,
    default: 30,
    description: 'Seconds to wait for an event, where there is none yet.',
  }),
})
export const Polled = Strict({
  data: Type.Array(Event),
  next_after: Type.Integer({ description: 'What `after` is to be in the next call.' }),
})
export const StreamQuery = Strict({
  ...filters,
  after: follow,
  count: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Ends the stream after so many events.' }),
  ),
  wait: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 86_400,
      description: 'Ends the stream after so many seconds without an event.',
    }),
  ),
})

export const AuditEntry = Strict({
  id: EventId,
  chain: Type.String({ description: 'Id of the tenant or partner whose it is, or `platform`.' }),
  type: Type.Enum(eventTypeNames),
  ...place,
  subject: Subject,
  actor: Actor,
  acting_as: Nullable(Strict({ id: Type.String(), name: Nullable(Type.String()) })),
  address: Nullable(Type.String({ description: 'From where the request came.' })),
  user_agent: Nullable(Type.String()),
  request_id: Type.String(),
  outcome: Outcome,
  data: Data,
  created_at: Timestamp,
  hash: Type.String({
    description: 'SHA-256 in hexadecimal, over this entry and the hash of the one before.',
  }),
})

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Place = Strict({ id: Type.Integer(), hash: Hash })

const Checkpoint = Strict(
  {
    format: Type.Literal(checkpointFormat),
    chain: Type.String(),
    id: Type.Integer({ description: 'Of the last entry that ended.' }),
    hash: Hash,
    created_at: Timestamp,
    public_key: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Ed25519, in hexadecimal.' }),
    signature: Type.String({ pattern: '^[0-9a-f]{128}$' }),
  },
  { description: 'Where the chain goes on after entries that have ended.' },
)

export const Head = Strict({
  chain: Type.String(),
  id: Type.Integer({ description: 'Of the newest entry; 0 before the first one.' }),
  hash: Type.String(),
  public_key: Type.String({ description: 'What this server signs checkpoints with, in hexadecimal.' }),
  checkpoint: Nullable(Checkpoint),
})

export const Verification = Strict({
  chain: Type.String(),
  checked: Type.Integer(),
  after: Place,
  is_valid: Type.Boolean(),
  head: Strict({ chain: Type.String(), ...Place.properties }),
  problems: Type.Array(Strict({ id: Type.Integer(), problem: Type.String() }), {
    description: 'The first twenty.',
  }),
})

export const ExportQuery = Strict({
  format: Type.Enum(['ndjson', 'csv'], {
    default: 'ndjson',
    description:
      '`ndjson` can be verified, by `bulkhead audit verify` or by whatever hashes as the guide says.',
  }),
  after,
})

const settings = {
  records_reads: Type.Enum(['off', 'soon', 'first'], {
    description:
      'Whether views, downloads, searches and questions are recorded: not; within a second, so that a crash may cost that second; or before they are answered.',
  }),
  keeps_days: Nullable(
    Type.Integer({
      minimum: 1,
      maximum: 36_500,
      description: 'Days after which an entry ends, and leaves a signed checkpoint; null: never.',
    }),
  ),
}

export const AuditSettings = Strict(settings)
export const AuditSettingsChange = Strict({
  records_reads: Type.Optional(settings.records_reads),
  keeps_days: Type.Optional(settings.keeps_days),
})

export const RedactionBody = Strict({
  about: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description:
        'Id of a user, a key or anything else that is in the trail. Of what they did, names and where they did it from go; of what was done to them, their name and the data.',
    }),
  ),
  entries: Type.Optional(
    Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
      minItems: 1,
      maxItems: 500,
      description: 'Ids of entries instead, as the list has them.',
    }),
  ),
  details: Type.Optional(
    Type.Array(Type.Enum(detailNames), {
      minItems: 1,
      uniqueItems: true,
      description: 'What of these entries goes; all that may say who somebody is when left out.',
    }),
  ),
})

export const Redacted = Strict({
  entries: Type.Integer({ description: 'That were changed.' }),
  details: Type.Integer({ description: 'That were taken out of them.' }),
})
