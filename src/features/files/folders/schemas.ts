import { Type } from 'typebox'
import { Nullable, pageQuery, Reference, Strict, Timestamp } from '#http/index.ts'

export const FolderId = Type.String({ minLength: 1, maxLength: 255, description: 'Id of a folder.' })
export const FolderPath = Type.String({
  minLength: 1,
  maxLength: 8192,
  description: 'Names of folders with `/` between, from the topmost one down; 32 at most.',
})
const FolderName = Type.String({
  minLength: 1,
  maxLength: 255,
  description:
    'Without `/`, `\\` and control characters. Unique within its parent, whatever the case: `Lease` and `lease` are one name.',
})

export const Folder = Strict({
  id: Type.String(),
  space_id: Type.String(),
  parent_id: Nullable(Type.String({ description: 'The folder it lies in; null at the top of its space.' })),
  name: Type.String(),
  path: Type.String({ description: 'Its name after those of the folders it lies in: `Contracts/2026`.' }),
  depth: Type.Integer({ description: '1 at the top of its space, 32 at most.' }),
  created_at: Timestamp,
  updated_at: Timestamp,
})

export const NewFolder = Strict({
  space: Type.Optional(Reference),
  parent: Type.Optional(Nullable(FolderId)),
  name: Type.Optional(FolderName),
  path: Type.Optional(FolderPath),
})

export const FolderChange = Strict({
  name: Type.Optional(FolderName),
  parent: Type.Optional(
    Nullable(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: 'The folder of the same space it moves into, with all it holds; null: to the top.',
      }),
    ),
  ),
})

export const FolderListQuery = Strict({
  ...pageQuery,
  space: Type.Optional(
    Type.String({ maxLength: 255, description: 'Id or slug. Left out: as of `parent`, else of the key.' }),
  ),
  parent: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Only folders directly in this one; `/`: only those at the top of the space.',
    }),
  ),
  recursive: Type.Boolean({
    default: false,
    description: 'With `parent`: at any depth in it. Folders come in the order of their creation.',
  }),
  path: Type.Optional(FolderPath),
  name: Type.Optional(Type.String({ maxLength: 255, description: 'Part of the name, in any case.' })),
})

export const FolderDeletion = Strict({
  force: Type.Boolean({ default: false, description: 'With all files and folders in it.' }),
})
