export {
  chunkPlace,
  openChunk,
  openText,
  openTitle,
  sealChunk,
  sealVersion,
  versionPlace,
} from './content.ts'
export { textNotReady } from './errors.ts'
export { getChunk, getFile, lockFileRow } from './queries.ts'
export { dropReplaced } from './drop-replaced.ts'
export { deleteFilesOf, purgeQueue, queuePurge, removeBlobQueue } from './remove.ts'
export { fileJobs } from './jobs.ts'
export { isInFolders } from './folders/is-in-folders.ts'
export type { FileIndex } from './change.ts'
export { fileRoutes } from './routes.ts'
export type { UploadDeps } from './upload.ts'
export { getFolder } from './folders/queries.ts'
