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
export { deleteFilesOf } from './delete.ts'
export { fileJobs, removeBlobQueue } from './jobs.ts'
export { fileRoutes } from './routes.ts'
export type { UploadDeps } from './upload.ts'
export { getFolder } from './folders/queries.ts'
