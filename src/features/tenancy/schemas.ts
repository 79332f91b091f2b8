import { Type } from 'typebox'
import { ExternalId, Name, Nullable, pageQuery, Reference, Slug, Strict, Timestamp } from '#http/index.ts'

const embedder = Nullable(
  Type.String({
    minLength: 1,
    maxLength: 64,
    description:
      'Name of the embedder of its files, one of `GET /v1/embedders`; null: of the tenant for a space, of the server for a tenant. After a change files are embedded anew in the background.',
  }),
)

const reranker = Nullable(
  Type.String({
    minLength: 1,
    maxLength: 64,
    description:
      'Name of what puts the best finds of its searches in a better order, one of `GET /v1/rerankers`, or `none`; null: of the tenant for a space, of the server for a tenant.',
  }),
)

const model = Nullable(
  Type.String({
    minLength: 1,
    maxLength: 64,
    description:
      'Name of the language model that puts into words what happens there, one of `GET /v1/models`, or `none`; null: of the tenant for a space, of the server for a tenant.',
  }),
)

const trashDays = Nullable(
  Type.Integer({
    minimum: 0,
    maximum: 3650,
    description:
      'Days that deleted files stay in the trash; 0: they are deleted at once, null: as the server says.',
  }),
)

const recordTimes = { created_at: Timestamp, updated_at: Timestamp }

export const Partner = Strict({
  id: Type.String(),
  slug: Slug,
  name: Name,
  status: Type.Enum(['active', 'suspended']),
  ...recordTimes,
})
export const NewPartner = Strict({ slug: Slug, name: Type.Optional(Name) })
export const PartnerChange = Strict({ name: Type.Optional(Name), slug: Type.Optional(Slug) })

export const Tenant = Strict({
  id: Type.String(),
  partner_id: Type.String(),
  slug: Slug,
  name: Name,
  external_id: Nullable(ExternalId),
  embedder,
  reranker,
  model,
  status: Type.Enum(['active', 'suspended', 'archived', 'erasing']),
  erasure: Nullable(
    Strict({
      requested_at: Timestamp,
      left: Nullable(
        Type.Integer({
          minimum: 0,
          description: 'Rows and stored objects still to be removed; null until they were counted.',
        }),
      ),
    }),
  ),
  ...recordTimes,
})
export const NewTenant = Strict({
  slug: Slug,
  name: Type.Optional(Name),
  external_id: Type.Optional(ExternalId),
  embedder: Type.Optional(embedder),
  reranker: Type.Optional(reranker),
  model: Type.Optional(model),
  partner: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Id or slug; only a platform key may name one. Left out: `internal` for a platform key.',
    }),
  ),
})
export const TenantChange = Strict({
  name: Type.Optional(Name),
  slug: Type.Optional(Slug),
  external_id: Type.Optional(Nullable(ExternalId)),
  embedder: Type.Optional(embedder),
  reranker: Type.Optional(reranker),
  model: Type.Optional(model),
})
export const TenantListQuery = Strict({
  ...pageQuery,
  partner: Type.Optional(Reference),
  external_id: Type.Optional(ExternalId),
  status: Type.Optional(Type.Enum(['active', 'suspended', 'archived', 'erasing'])),
})

const visibility = Type.Enum(['open', 'restricted'], {
  description: 'Whether members of the tenant are let in without a grant. `open` when left out.',
})
const mode = Type.Enum(['live', 'test'], {
  description: 'Keys of mode `test` act in spaces of mode `test` alone. Stays what it was made with.',
})
const Chunking = Nullable(
  Strict({
    by: Type.Optional(
      Type.Enum(['structure', 'size'], {
        description: 'Along headings, tables and paragraphs (the default), or by size alone.',
      }),
    ),
    chars: Type.Optional(
      Type.Integer({
        minimum: 200,
        maximum: 4000,
        description: 'Characters a chunk is to have; 1200 left out.',
      }),
    ),
    overlap: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1000,
        description: 'Characters that a chunk repeats of the one before; none left out.',
      }),
    ),
  }),
)

export const Space = Strict({
  id: Type.String(),
  tenant_id: Type.String(),
  slug: Slug,
  name: Name,
  external_id: Nullable(ExternalId),
  status: Type.Enum(['active', 'archived']),
  intelligence: Type.Boolean({ description: 'Whether files are read and indexed, or only stored.' }),
  chunking: Chunking,
  embedder,
  reranker,
  model,
  visibility,
  mode,
  trash_days: trashDays,
  ...recordTimes,
})
export const NewSpace = Strict({
  slug: Slug,
  name: Type.Optional(Name),
  external_id: Type.Optional(ExternalId),
  intelligence: Type.Optional(Type.Boolean()),
  chunking: Type.Optional(Chunking),
  embedder: Type.Optional(embedder),
  reranker: Type.Optional(reranker),
  model: Type.Optional(model),
  visibility: Type.Optional(visibility),
  mode: Type.Optional(mode),
  trash_days: Type.Optional(trashDays),
})
export const SpaceChange = Strict({
  name: Type.Optional(Name),
  slug: Type.Optional(Slug),
  external_id: Type.Optional(Nullable(ExternalId)),
  intelligence: Type.Optional(Type.Boolean()),
  chunking: Type.Optional(Chunking),
  embedder: Type.Optional(embedder),
  reranker: Type.Optional(reranker),
  model: Type.Optional(model),
  visibility: Type.Optional(visibility),
  trash_days: Type.Optional(trashDays),
})
export const SpaceDeletion = Strict({
  force: Type.Boolean({ default: false, description: 'Delete its files too.' }),
})
export const ListQuery = Strict(pageQuery)
