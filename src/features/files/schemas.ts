import { Type } from 'typebox'
import { FolderId, FolderPath } from './folders/schemas.ts'
import { ExternalId, Nullable, pageQuery, Reference, Strict, Timestamp } from '#http/index.ts'

const fileStatuses = ['queued', 'extracting', 'indexing', 'ready', 'failed', 'stored'] as const

const MetadataValue = Type.Union([
  Type.String({ maxLength: 1000 }),
  Type.Number(),
  Type.Boolean(),
  Type.Array(Type.String({ maxLength: 255 }), { maxItems: 50 }),
])
export const Metadata = Type.Record(Type.String({ pattern: '^[^\\u0000.]{1,64}$' }), MetadataValue, {
  maxProperties: 50,
  additionalProperties: false,
  description: 'Up to 50 keys of your own, without dots; text, numbers, booleans or lists of text.',
})
const Origin = Type.String({
  minLength: 1,
  maxLength: 255,
  description: 'Where the file comes from, in your words.',
})
const FileName = Type.String({ minLength: 1, maxLength: 255 })

export const File = Strict({
  id: Type.String(),
  space_id: Type.String(),
  folder_id: Nullable(Type.String({ description: 'Null at the top of its space.' })),
  name: Type.String(),
  external_id: Nullable(ExternalId),
  origin: Origin,
  metadata: Metadata,
  status: Type.Enum([...fileStatuses, 'trashed']),
  progress: Nullable(
    Strict({
      pages_done: Type.Integer(),
      pages_total: Type.Integer(),
    }),
  ),
  failure: Nullable(Strict({ reason: Type.String(), message: Type.String() })),
  media_type: Type.String(),
  size_bytes: Type.Integer(),
  sha256: Type.String(),
  version_id: Nullable(
    Type.String({ description: 'The version that is searched; null until the first is ready.' }),
  ),
  title: Nullable(Type.String()),
  language: Nullable(Type.String({ description: 'ISO 639-1, or `und`.' })),
  page_count: Nullable(Type.Integer()),
  chunk_count: Nullable(Type.Integer()),
  created_at: Timestamp,
  updated_at: Timestamp,
  trashed_at: Nullable(Timestamp),
})

const PlacePath = Type.String({
  ...FolderPath,
  description:
    'Where it is to lie, below `folder` or the top of the space: `Contracts/2026`. Folders that are missing are made. It may end in the file’s own name.',
})

/** The form of an upload, as documented and as checked once its fields are read. */
export const UploadForm = Strict({
  file: Type.Unsafe<unknown>({
    type: 'string',
    format: 'binary',
    description: 'The file itself, exactly one.',
  }),
  space: Type.Optional(Reference),
  folder: Type.Optional(FolderId),
  path: Type.Optional(PlacePath),
  external_id: Type.Optional(ExternalId),
  origin: Type.Optional(Origin),
  password: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Opens the file when it is protected. Kept sealed with the file, and shown to nobody.',
    }),
  ),
  metadata: Type.Optional(Type.String({ description: 'JSON object, see `metadata` of the file.' })),
  on_conflict: Type.Optional(
    Type.Enum(['fail', 'skip', 'replace', 'version'], {
      description:
        'What to do when the space has this `external_id`: 409, leave it, a new version in place of all earlier ones, or one beside them (neither when the bytes are the same).',
    }),
  ),
})

export const FileImport = Strict({
  url: Type.String({
    pattern: '^[hH][tT][tT][pP][sS]?://[^\\s\\\\]+$',
    maxLength: 2048,
    description:
      'Public address that the file is fetched from, http or https without a user name. Kept sealed until it is, and shown to nobody.',
  }),
  name: Type.Optional(FileName),
  space: Type.Optional(Reference),
  folder: Type.Optional(FolderId),
  path: Type.Optional(PlacePath),
  external_id: Type.Optional(ExternalId),
  origin: Type.Optional(Origin),
  metadata: Type.Optional(Metadata),
  on_conflict: UploadForm.properties.on_conflict,
})

export const FileChange = Strict({
  name: Type.Optional(FileName),
  external_id: Type.Optional(Nullable(ExternalId)),
  origin: Type.Optional(Origin),
  metadata: Type.Optional(Metadata),
  space: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Id or slug of the space it moves to, in no folder unless one of it is named.',
    }),
  ),
  folder: Type.Optional(Nullable(FolderId)),
  path: Type.Optional(PlacePath),
})

export const FileCopy = Strict({
  name: Type.Optional(FileName),
  space: Type.Optional(Reference),
  folder: Type.Optional(Nullable(FolderId)),
  path: Type.Optional(PlacePath),
})

const Failure = Nullable(Strict({ code: Type.String(), detail: Type.String() }))

const { file: _file, ...sharedFields } = UploadForm.properties
export const BatchForm = Strict({
  file: Type.Unsafe<unknown>({
    type: 'string',
    format: 'binary',
    description: 'The files themselves, up to 100 parts of this name.',
  }),
  ...sharedFields,
  each: Type.Optional(
    Type.String({
      description:
        'JSON list with an object for each file, in their order: the fields above, of that file alone. `metadata` is an object there.',
    }),
  ),
})
export const BatchAnswer = Strict({
  results: Type.Array(
    Strict({
      name: Type.String(),
      status: Type.Integer({ description: 'As if it had been sent alone.' }),
      file: Nullable(File),
      error: Failure,
    }),
    { description: 'In the order of the files.' },
  ),
})

export const DeleteMany = Strict({
  ids: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { minItems: 1, maxItems: 100 }),
  permanent: Type.Boolean({ default: false, description: 'Not into the trash, and out of it.' }),
})
export const DeleteManyAnswer = Strict({
  results: Type.Array(Strict({ status: Type.Integer(), error: Failure }), {
    description: 'In the order of `ids`, each as if it had been deleted alone.',
  }),
})
export const FileDeletion = Strict({
  permanent: Type.Boolean({
    default: false,
    description:
      'At once and for good, from the trash too. Left out, it goes into the trash of its space, if that has one.',
  }),
})

export const FileListQuery = Type.Object(
  {
    ...pageQuery,
    space: Type.Optional(
      Type.String({ maxLength: 255, description: 'Id or slug, or `*` for every readable one.' }),
    ),
    folder: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: 'Only files in this folder; `/`: only those in none.',
      }),
    ),
    recursive: Type.Boolean({ default: false, description: 'With `folder`: and in the folders within it.' }),
    trashed: Type.Boolean({ default: false, description: 'Those in the trash instead.' }),
    status: Type.Optional(Type.Enum([...fileStatuses])),
    type: Type.Optional(Type.String({ maxLength: 255, description: 'Media type.' })),
    origin: Type.Optional(Origin),
    external_id: Type.Optional(ExternalId),
    name: Type.Optional(Type.String({ maxLength: 255, description: 'Part of the name, in any case.' })),
    created_after: Type.Optional(Timestamp),
    created_before: Type.Optional(Timestamp),
  },
  {
    additionalProperties: false,
    patternProperties: { '^metadata\\.[^.]{1,64}$': { type: 'string', maxLength: 1000 } },
  },
)

export const Version = Strict({
  id: Type.String(),
  number: Type.Integer({ description: 'The newest has the highest.' }),
  is_live: Type.Boolean({ description: 'Whether this is the one that is searched.' }),
  media_type: Nullable(Type.String()),
  size_bytes: Nullable(Type.Integer({ description: 'Null where it was not written down.' })),
  sha256: Nullable(Type.String()),
  language: Nullable(Type.String()),
  page_count: Nullable(Type.Integer()),
  created_at: Timestamp,
})
export const VersionParams = Strict({
  id: Reference,
  number: Type.String({ minLength: 1, maxLength: 255, description: 'The `number` of a version.' }),
})
export const VersionListQuery = Strict({
  limit: pageQuery.limit,
  cursor: Type.Optional(Type.String({ pattern: '^[0-9]{1,9}$' })),
})

export const Chunk = Strict({
  id: Type.String(),
  ordinal: Type.Integer(),
  text: Type.String(),
  page: Nullable(Type.Integer()),
  heading: Type.String(),
  offsets: Type.Array(Type.Integer(), {
    minItems: 2,
    maxItems: 2,
    description: 'UTF-16 units into the text.',
  }),
})
export const ChunkInFile = Strict({
  ...Chunk.properties,
  file_id: Type.String(),
  file_name: Type.String(),
  space_id: Type.String(),
  version_id: Type.String(),
  before: Type.Array(Chunk, { description: 'The chunks before it in the text, in their order.' }),
  after: Type.Array(Chunk),
})
export const ChunkQuery = Strict({
  context: Type.Integer({
    minimum: 0,
    maximum: 20,
    default: 0,
    description: 'So many chunks before and after it too.',
  }),
})
export const ChunkListQuery = Strict({
  limit: pageQuery.limit,
  cursor: Type.Optional(Type.String({ pattern: '^[0-9]{1,9}$' })),
})
