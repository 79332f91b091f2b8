import { defineError } from '#platform/errors.ts'

export const folderNotFound = defineError(
  'folders.not_found',
  404,
  'There is no such folder',
  'No folder with this id in this space, or none this credential may see.',
)
export const folderConflict = defineError(
  'folders.conflict',
  409,
  'The folder cannot be changed so',
  'Another folder of the same parent has this name, whatever its case; or the new parent lies within the folder itself, or in another space, or too deep.',
)
export const folderNotEmpty = defineError(
  'folders.not_empty',
  409,
  'The folder is not empty',
  'It holds files or folders; send `force=true` to delete them with it.',
)
