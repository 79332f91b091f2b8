import { Type } from 'typebox'
import { Nullable, pageQuery, Reference, Strict, Timestamp } from '#http/index.ts'

const Url = Type.String({
  minLength: 1,
  maxLength: 2048,
  description:
    'Where events are sent, with https. http only to a number that the operator allows (BULKHEAD_OUTSIDE_ALLOW).',
})
const Types = Type.Array(
  Type.String({ minLength: 1, maxLength: 100, pattern: '^[a-z_]+\\.([a-z_]+|\\*)$' }),
  {
    maxItems: 100,
    description:
      'Types of events, `file.*` for all of files. Empty: all but readings and refusals, which are sent to whoever names them.',
  },
)
const Spaces = Type.Array(Reference, {
  minItems: 1,
  maxItems: 100,
  description: 'Only what happens in these, by id or slug. Left out: wherever it happens.',
})
const Description = Type.String({ minLength: 1, maxLength: 255 })

export const NewWebhook = Strict({
  url: Url,
  types: Type.Optional(Types),
  spaces: Type.Optional(Spaces),
  description: Type.Optional(Description),
  space: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'The space that it belongs to: it is told of this alone, and ends with it.',
    }),
  ),
})

export const WebhookChange = Strict({
  url: Type.Optional(Url),
  types: Type.Optional(Types),
  spaces: Type.Optional(Spaces),
  description: Type.Optional(Nullable(Description)),
})

const fields = {
  id: Type.String(),
  space_id: Nullable(Type.String({ description: 'The space that it belongs to.' })),
  url: Type.String(),
  types: Type.Array(Type.String()),
  space_ids: Type.Array(Type.String()),
  description: Nullable(Type.String()),
  status: Type.Enum(['active', 'disabled']),
  disabled_reason: Nullable(
    Type.Enum(['requested', 'gone', 'failing'], {
      description: 'Somebody asked for it, it answered 410, or nothing arrived for a whole schedule.',
    }),
  ),
  disabled_at: Nullable(Timestamp),
  previous_secret_until: Nullable(
    Type.String({ format: 'date-time', description: 'Until then the secret before this one signs as well.' }),
  ),
  created_by: Nullable(
    Type.String({ description: 'The key that made it; null where you may not know which.' }),
  ),
  created_at: Timestamp,
  updated_at: Timestamp,
}

export const Webhook = Strict(fields)
export const WebhookWithSecret = Strict({
  ...fields,
  secret: Type.String({ description: 'What messages are signed with. Shown this once.' }),
})

export const Rotation = Strict({
  overlap_seconds: Type.Integer({
    minimum: 0,
    maximum: 7 * 86_400,
    default: 86_400,
    description: 'So long messages carry a second signature, with the secret before.',
  }),
})

const Failure = Type.Enum(
  [
    'status',
    'redirect',
    'gone',
    'timeout',
    'unavailable',
    'untrusted',
    'refused',
    'invalid',
    'disabled',
    'event_gone',
  ],
  { description: 'Why an attempt brought nothing; see the guide on webhooks.' },
)
const outcome = {
  status: Nullable(Type.Integer({ description: 'Of the answer, where there was one.' })),
  failure: Nullable(Failure),
  answer: Nullable(Type.String({ description: 'The first 1,024 bytes of what was answered.' })),
}

export const Tested = Strict({
  id: Type.String({ description: 'The `webhook-id` that was sent.' }),
  is_delivered: Type.Boolean(),
  ...outcome,
  took_ms: Type.Integer(),
})

export const Delivery = Strict({
  id: Type.String({ description: 'The `webhook-id`, the same in every attempt.' }),
  event_id: Type.Integer(),
  state: Type.Enum(['pending', 'delivered', 'failed']),
  attempts: Type.Integer(),
  next_attempt_at: Nullable(Timestamp),
  ...outcome,
  created_at: Timestamp,
  delivered_at: Nullable(Timestamp),
})

export const DeliveryQuery = Strict({
  ...pageQuery,
  state: Type.Optional(Type.Enum(['pending', 'delivered', 'failed'])),
})

export const Replay = Strict({
  since: Type.Optional(Timestamp),
  events: Type.Optional(
    Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
      minItems: 1,
      maxItems: 1000,
      uniqueItems: true,
      description: 'Ids of events.',
    }),
  ),
})
export const Replayed = Strict({
  events: Type.Integer({ description: 'How many are sent again, of those that it is told of.' }),
})
