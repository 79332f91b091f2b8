import { Type } from 'typebox'
import { Name, Nullable, Strict, Timestamp } from '#http/index.ts'

const Types = Type.Array(
  Type.String({ minLength: 1, maxLength: 100, pattern: '^[a-z_]+\\.([a-z_]+|\\*)$' }),
  {
    minItems: 1,
    maxItems: 100,
    description:
      'Types of events that count together, `file.*` for all of files. Those of alerts never count.',
  },
)
const Threshold = Type.Integer({
  minimum: 1,
  maximum: 1_000_000,
  description: 'It is raised when so many have happened within the window.',
})
const WindowSeconds = Type.Integer({
  minimum: 60,
  maximum: 30 * 86_400,
  description: 'Length of the window that ends with the newest event, from a minute to thirty days.',
})
const Status = Type.Enum(['active', 'disabled'])

export const NewAlert = Strict({
  name: Name,
  types: Types,
  threshold: Threshold,
  window_seconds: WindowSeconds,
  space: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'The space that it belongs to: only what happens in it counts, and it ends with it.',
    }),
  ),
})

export const AlertChange = Strict({
  name: Type.Optional(Name),
  types: Type.Optional(Types),
  threshold: Type.Optional(Threshold),
  window_seconds: Type.Optional(WindowSeconds),
  status: Type.Optional(Status),
})

export const Alert = Strict({
  id: Type.String(),
  space_id: Nullable(Type.String({ description: 'The space that it belongs to.' })),
  name: Type.String(),
  types: Type.Array(Type.String()),
  threshold: Type.Integer(),
  window_seconds: Type.Integer(),
  status: Status,
  raised_at: Nullable(
    Type.String({
      format: 'date-time',
      description: 'When the event happened with which it was raised last.',
    }),
  ),
  created_by: Nullable(
    Type.String({ description: 'The key that made it; null where you may not know which.' }),
  ),
  created_at: Timestamp,
  updated_at: Timestamp,
})
