export { rotationJobs, rotationQueues } from './jobs.ts'
export { type SealedTable, sealedTables } from './sealed-tables.ts'
export { type MasterRotation, rotationRoutes } from './routes.ts'
