import { defineError } from '#platform/errors.ts'

export const folderNotFound = defineError(
  'folders.not_found',
  404,
  'There is no such folder',
  'No folder with this id in this space, or none this credential may see.',
)
