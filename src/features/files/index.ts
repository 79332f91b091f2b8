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
export { countBacklog, getChunk, getFile, lockFileRow } from './queries.ts'
export { deleteFilesOf } from './delete.ts'
export { fileJobs, removeBlobQueue } from './jobs.ts'
export { pageRoutes } from './page-routes.ts'
export { fileRoutes } from './routes.ts'
export type { UploadDeps } from './upload.ts'
export { getFolder } from './folders/queries.ts'
