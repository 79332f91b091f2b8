export { resealQueue, retireKeysQueue, rotationJobs } from './jobs.ts'
export { type MasterRotation, rotationRoutes } from './routes.ts'
