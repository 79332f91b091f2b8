import { Type } from 'typebox'
import { Name, Nullable, Reference, Strict, Timestamp } from '#http/index.ts'
import { permissions } from '#platform/scope/index.ts'
import { rolesAbove } from './roles/built-in.ts'

export const Permission = Type.Enum([...permissions])
const Level = Type.Enum(['platform', 'partner', 'tenant', 'space'])

const Mode = Type.Enum(['live', 'test'], {
  description: 'A test key acts in spaces of mode `test` alone, and holds what a key of a space can.',
})
const Addresses = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
  maxItems: 50,
  description: 'Addresses it may come from, as CIDR (`10.0.0.0/8`, `2001:db8::/32`); empty for everywhere.',
})

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
  user_id: Nullable(Type.String({ description: 'For whom it acts: its rights are what both may.' })),
  mode: Mode,
  allowed_addresses: Addresses,
  last_used_at: Nullable(
    Type.String({ format: 'date-time', description: 'When it was last used, exact to five minutes.' }),
  ),
  replaces: Nullable(Type.String({ description: 'The key in whose place it came, by rotation.' })),
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
  preset: Type.Optional(
    Type.Enum(Object.keys(rolesAbove) as (keyof typeof rolesAbove)[], {
      description: 'The permissions of a role above the tenants, in place of `permissions`.',
    }),
  ),
  expires_at: Type.Optional(Timestamp),
  user: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description:
        'Id of the user for whom it acts: it may do what both may, as it is at each request. A caller who acts for a user makes keys for that user when it is left out.',
    }),
  ),
  mode: Type.Optional(Mode),
  allowed_addresses: Type.Optional(Addresses),
})
export const KeyRotation = Strict({
  overlap_seconds: Type.Integer({
    minimum: 0,
    maximum: 30 * 24 * 3600,
    default: 24 * 3600,
    description: 'So long the old key goes on, unless it ends sooner.',
  }),
  expires_at: Type.Optional(Timestamp),
})
export const Me = Strict({
  level: Level,
  key_id: Nullable(Type.String()),
  portal_token_id: Nullable(Type.String()),
  name: Type.String({ description: 'Of the key, or of whom the portal token is for.' }),
  partner_id: Nullable(Type.String()),
  tenant_id: Nullable(Type.String()),
  space_id: Nullable(Type.String()),
  permissions: Type.Array(Permission),
  user: Nullable(Strict({ id: Type.String(), name: Name })),
})
