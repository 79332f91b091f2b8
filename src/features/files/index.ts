export {
  chunkPlace,
  type Layout,
  openChunk,
  openPassword,
  openText,
  openTitle,
  sealChunk,
  sealVersion,
  type VersionColumn,
  versionPlace,
} from './content.ts'
export { textNotReady } from './errors.ts'
export { readAgain } from './change.ts'
export { countBacklog, getChunk, getFile, lockFileRow, lockStoredFileRow } from './queries.ts'
export { importQueue, queueImport } from './imports/import.ts'
export { dropReplaced } from './drop-replaced.ts'
export { deleteFilesOf, queuePurge, removeBlobQueue } from './remove.ts'
export { fileEvent } from './file-event.ts'
export { fileJobs, fileQueues } from './jobs.ts'
export { isInFolders } from './folders/is-in-folders.ts'
export type { FileIndex } from './change.ts'
export { pageRoutes } from './page-routes.ts'
export { fileRoutes } from './routes.ts'
export type { UploadDeps } from './upload.ts'
export { getFolder } from './folders/queries.ts'
