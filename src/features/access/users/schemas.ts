import { Type } from 'typebox'
import { ExternalId, Name, Nullable, pageQuery, Reference, Strict, Timestamp } from '#http/index.ts'

const Email = Type.String({
  minLength: 3,
  maxLength: 320,
  description:
    'Kept and compared in one spelling: small letters, compatibility forms as plain ones, the domain in its ASCII form.',
})
const Kind = Type.Enum(['human', 'service'], { description: 'A service user is for keys of programs.' })
const Status = Type.Enum(['active', 'deactivated'])
const Roles = Type.Array(Reference, { maxItems: 50, uniqueItems: true, description: 'Ids or slugs.' })

export const User = Strict({
  id: Type.String(),
  kind: Kind,
  name: Name,
  email: Nullable(Email),
  external_id: Nullable(ExternalId),
  status: Status,
  roles: Type.Array(Type.String(), { description: 'Slugs of the roles.' }),
  created_at: Timestamp,
  updated_at: Timestamp,
})
export const NewUser = Strict({
  kind: Type.Enum(['human', 'service'], { default: 'human' }),
  name: Name,
  email: Type.Optional(Email),
  external_id: Type.Optional(ExternalId),
  roles: Type.Array(Reference, {
    maxItems: 50,
    uniqueItems: true,
    default: ['member'],
    description: 'Ids or slugs; `member` when left out.',
  }),
})
export const UserChange = Strict({
  name: Type.Optional(Name),
  email: Type.Optional(Nullable(Email)),
  external_id: Type.Optional(Nullable(ExternalId)),
})
export const UserListQuery = Strict({
  ...pageQuery,
  email: Type.Optional(Email),
  external_id: Type.Optional(ExternalId),
  status: Type.Optional(Status),
  kind: Type.Optional(Kind),
})
export const UserRoles = Strict({ roles: Roles })

export const Invitation = Strict({
  id: Type.String(),
  email: Email,
  name: Nullable(Name),
  status: Type.Enum(['open', 'accepted', 'revoked', 'expired']),
  role_ids: Type.Array(Type.String()),
  invited_by: Nullable(Type.String({ description: 'The user who invited, where a user did.' })),
  user_id: Nullable(Type.String({ description: 'Whom the invited person became.' })),
  created_at: Timestamp,
  expires_at: Timestamp,
})
export const NewInvitation = Strict({
  email: Email,
  name: Type.Optional(Name),
  roles: Type.Array(Reference, { maxItems: 50, uniqueItems: true, default: ['member'] }),
  expires_in: Type.Integer({
    minimum: 60,
    maximum: 30 * 24 * 3600,
    default: 7 * 24 * 3600,
    description: 'Seconds.',
  }),
})
export const SentInvitation = Strict({
  ...Invitation.properties,
  sent: Type.Boolean({ description: 'Whether it went by mail. Otherwise pass the secret on yourself.' }),
  secret: Nullable(Type.String({ description: 'Shown this once, where no mail was sent.' })),
  url: Nullable(Type.String({ description: 'The page of `BULKHEAD_INVITATION_URL` with the secret.' })),
})
export const Acceptance = Strict({
  secret: Type.String({ minLength: 1, maxLength: 255 }),
  name: Type.Optional(Name),
})
