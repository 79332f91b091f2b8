import { Type } from 'typebox'
import { type PortalScope, portalScopes } from '#features/access/index.ts'
import { Name, Nullable, pageQuery, Reference, Strict, Timestamp } from '#http/index.ts'

const Scopes = Type.Array(Type.Enum(Object.keys(portalScopes) as PortalScope[]), {
  minItems: 1,
  uniqueItems: true,
  description:
    '`browse` lists, shows and downloads files; `search` and `ask` find and answer; `upload` adds files, and changes those of its places.',
})
const ExternalId = Type.String({ minLength: 1, maxLength: 255 })
const Id = Type.String({ minLength: 1, maxLength: 255 })

export const NewToken = Strict({
  spaces: Type.Array(Reference, { minItems: 1, maxItems: 50, description: 'Ids or slugs.' }),
  folders: Type.Optional(
    Type.Array(Id, {
      minItems: 1,
      maxItems: 100,
      description: 'Only these folders of the spaces, with all that is in them.',
    }),
  ),
  files: Type.Optional(
    Type.Array(Id, {
      minItems: 1,
      maxItems: 1000,
      description: 'Only these files of the spaces, beside the folders.',
    }),
  ),
  subject: Strict(
    { external_id: ExternalId, name: Type.Optional(Name) },
    { description: 'For whom it is: your own identity for them.' },
  ),
  scopes: Scopes,
  ttl: Type.Integer({ minimum: 1, maximum: 86_400, default: 3600, description: 'Seconds until it expires.' }),
  origins: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 255 }), {
      minItems: 1,
      maxItems: 20,
      description:
        'Pages that may use it, like `https://app.example.com`. Requests of browsers from elsewhere are refused; others say no origin.',
    }),
  ),
  max_uses: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Requests that it is good for.' }),
  ),
})

const tokenFields = {
  id: Type.String(),
  hint: Type.String({ description: 'The first and last characters of the secret.' }),
  status: Type.Enum(['active', 'expired', 'revoked', 'used_up']),
  subject: Strict({ external_id: ExternalId, name: Nullable(Name) }),
  scopes: Scopes,
  space_ids: Type.Array(Type.String()),
  folder_ids: Type.Array(Type.String()),
  file_ids: Type.Array(Type.String()),
  origins: Type.Array(Type.String()),
  max_uses: Nullable(Type.Integer()),
  uses: Type.Integer({ description: 'Counted where `max_uses` is given.' }),
  created_by: Type.String({ description: 'The key that issued it, and with which it ends.' }),
  created_at: Timestamp,
  expires_at: Timestamp,
  revoked_at: Nullable(Timestamp),
  last_used_at: Nullable(
    Type.String({ format: 'date-time', description: 'Exact to five minutes, unless uses are counted.' }),
  ),
}

export const Token = Strict(tokenFields)
export const IssuedToken = Strict({
  ...tokenFields,
  secret: Type.String({ description: 'Shown this once; only its hash is kept.' }),
})
export const TokenListQuery = Strict({ ...pageQuery, subject: Type.Optional(ExternalId) })
export const Revocation = Strict({ subject: ExternalId })
export const Revoked = Strict({ revoked: Type.Integer({ description: 'How many were ended by this.' }) })
