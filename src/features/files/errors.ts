import { defineError } from '#platform/errors.ts'

export const fileNotFound = defineError(
  'files.not_found',
  404,
  'There is no such file',
  'No file with this id, or none this credential may see.',
)
export const chunkNotFound = defineError(
  'chunks.not_found',
  404,
  'There is no such chunk',
  'No chunk with this id in what is searched of a file, or none this credential may see. A file that is read again has new ones.',
)
export const versionNotFound = defineError(
  'versions.not_found',
  404,
  'There is no such version',
  'The file has no version of this number; `GET /v1/files/{id}/versions` lists them.',
)
export const fileConflict = defineError(
  'files.conflict',
  409,
  'The file exists already',
  'The space has a file with this `external_id`; send `on_conflict` `skip`, `replace` or `version` if that is meant.',
)
export const fileBusy = defineError(
  'files.busy',
  503,
  'The file is being changed',
  'Others change or read the file at the same time, over and over; send the request again.',
)
export const fileTooLarge = defineError(
  'files.too_large',
  413,
  'The file is too large',
  'The file is larger than `BULKHEAD_MAX_UPLOAD_BYTES` allows.',
)
export const keyChanged = defineError(
  'files.key_changed',
  503,
  'The data key was replaced while the file came in',
  'The tenant’s data key was replaced in the moment in which the upload ended, and the file was not kept; send it again.',
)
export const textNotReady = defineError(
  'files.not_ready',
  409,
  'The file has not been read yet',
  'Its text is there once `status` is `ready`.',
)
export const notImported = defineError(
  'files.not_imported',
  409,
  'The bytes of the file are not here yet',
  'The file is being brought from its address, or could not be; `status` and `failure` say which.',
)
export const pageNotFound = defineError(
  'files.page_not_found',
  404,
  'The file has no such page',
  'Pages are counted from 1; only PDF files and pictures have any that can be shown.',
)
export const pageNotDrawn = defineError(
  'files.page_not_drawn',
  422,
  'The page cannot be drawn',
  'Drawing it took too long or too much memory, or the file is damaged there.',
)
export const rangeNotSatisfiable = defineError(
  'files.range_not_satisfiable',
  416,
  'The range lies outside the file',
  'Ask for `bytes=first-last` within the size of the file.',
)
