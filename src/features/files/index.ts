export { openChunk, openText, sealChunk, sealVersion } from './content.ts'
export { fileJobs, removeBlobQueue } from './jobs.ts'
export { fileRoutes } from './routes.ts'
export type { UploadDeps } from './upload.ts'
