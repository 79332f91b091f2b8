import { Type } from 'typebox'
import { Name, Nullable, Reference, Strict, Timestamp } from '#http/index.ts'
import { permissions } from '#platform/scope/index.ts'

const Permission = Type.Enum([...permissions])
const Level = Type.Enum(['platform', 'partner', 'tenant', 'space'])

const keyFields = {
  id: Type.String(),
  level: Level,
  partner_id: Nullable(Type.String()),
  tenant_id: Nullable(Type.String()),
  space_id: Nullable(Type.String()),
  name: Name,
  hint: Type.String({ description: 'The first and last characters of the secret.' }),
  permissions: Type.Array(Permission),
  created_by: Nullable(Type.String({ description: 'The key that made it, or null for the first one.' })),
  created_at: Timestamp,
  expires_at: Nullable(Timestamp),
  revoked_at: Nullable(Timestamp),
}
export const Key = Strict(keyFields)
export const KeyWithSecret = Strict({
  ...keyFields,
  secret: Type.String({ description: 'Shown this once; only its hash is kept.' }),
})
export const NewKey = Strict({
  name: Name,
  partner: Type.Optional(Reference),
  tenant: Type.Optional(Reference),
  space: Type.Optional(Reference),
  permissions: Type.Optional(Type.Array(Permission, { maxItems: 100 })),
  expires_at: Type.Optional(Timestamp),
})
export const Me = Strict({
  level: Level,
  key_id: Type.String(),
  name: Name,
  partner_id: Nullable(Type.String()),
  tenant_id: Nullable(Type.String()),
  space_id: Nullable(Type.String()),
  permissions: Type.Array(Permission),
})
