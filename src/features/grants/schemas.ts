import { Type } from 'typebox'
import { Nullable, pageQuery, Reference, Strict, Timestamp } from '#http/index.ts'
import { placePermissions } from '#platform/scope/index.ts'

const PlacePermission = Type.Enum([...placePermissions])
const Effect = Type.Enum(['allow', 'deny'], {
  description: 'The most specific place that says something decides; at the same place deny does.',
})
const optional = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 255, description }))

const whom = {
  user: optional('Id of a user.'),
  group: optional('Id of a group: everybody in it, by other groups too.'),
  role: optional('Id or slug of a role: everybody who has it.'),
}
const where = {
  space: optional('Id or slug of a space.'),
  folder: optional('Id of a folder: it and all that is in it.'),
  file: optional('Id of a file.'),
}

export const Grant = Strict({
  id: Type.String(),
  effect: Effect,
  permissions: Type.Array(PlacePermission),
  user_id: Nullable(Type.String()),
  group_id: Nullable(Type.String()),
  role_id: Nullable(Type.String()),
  space_id: Nullable(Type.String({ description: 'The space it is on; null for one on a folder or file.' })),
  folder_id: Nullable(Type.String()),
  file_id: Nullable(Type.String()),
  created_at: Timestamp,
})
export const NewGrant = Strict(
  {
    effect: Type.Enum(['allow', 'deny'], { default: 'allow' }),
    permissions: Type.Array(PlacePermission, { minItems: 1, maxItems: 50, uniqueItems: true }),
    ...whom,
    ...where,
  },
  { description: 'One of `user`, `group`, `role`, on one of `space`, `folder`, `file`.' },
)
export const GrantListQuery = Strict({ ...pageQuery, ...whom, ...where })

export const ExplainQuery = Strict({ user: Reference, ...where })
export const Explanation = Strict({
  user_id: Type.String(),
  space_id: Type.String(),
  folder_id: Nullable(Type.String()),
  file_id: Nullable(Type.String()),
  permissions: Type.Array(
    Strict({
      permission: PlacePermission,
      allowed: Type.Boolean(),
      rule: Type.Enum(
        ['deactivated', 'owner', 'no_role', 'grant', 'open_space', 'restricted_space', 'no_member'],
        {
          description:
            'What decided: the user is deactivated; is an owner; has no role that holds the permission; the grant that is named; the space is open to members, or restricted; it is open, and the user no member but a guest.',
        },
      ),
      grant: Nullable(Grant),
    }),
  ),
})
