import { type TObject, type TProperties, type TSchema, Type } from 'typebox'

/** An object that refuses what it does not know. */
export function Strict<P extends TProperties>(
  properties: P,
  options: { description?: string } = {},
): TObject<P> {
  return Type.Object(properties, { additionalProperties: false, ...options })
}

export const Timestamp = Type.String({
  format: 'date-time',
  // `date-time` lets leap seconds and offsets without minutes through, of which JavaScript makes an invalid Date.
  pattern: '^.{17}[0-5][0-9](\\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$',
  description: 'RFC 3339, UTC',
})
export const Slug = Type.String({
  pattern: '^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$',
  description: 'Lower-case letters, digits, dots, dashes and underscores; 1 to 63.',
})
export const Name = Type.String({ minLength: 1, maxLength: 255 })
export const ExternalId = Type.String({
  minLength: 1,
  maxLength: 255,
  description: 'Your own identity for it, unique within its parent.',
})
/** An id or a slug in a path, query or body. Anything that is neither is simply not found. */
export const Reference = Type.String({ minLength: 1, maxLength: 255 })
export const IdParams = Strict({ id: Reference })

export function Nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()])
}

export function Page<T extends TSchema>(item: T) {
  return Strict({ data: Type.Array(item), next_cursor: Nullable(Type.String()) })
}

export const pageQuery = {
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  cursor: Type.Optional(
    Type.String({ maxLength: 512, description: 'The `next_cursor` of the page before.' }),
  ),
}

export const Problem = Strict(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String(),
    request_id: Type.String(),
    errors: Type.Optional(Type.Array(Strict({ path: Type.String(), message: Type.String() }))),
  },
  { description: 'RFC 9457 problem document; `code` is stable.' },
)
