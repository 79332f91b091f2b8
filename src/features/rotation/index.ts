export { resealQueue, retireKeysQueue, rotationJobs } from './jobs.ts'
export { type SealedTable, sealedTables } from './reseal-rows.ts'
export { type MasterRotation, rotationRoutes } from './routes.ts'
