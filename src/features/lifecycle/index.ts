export { checkIntegrity, type IntegrityReport } from './check-integrity.ts'
export { type CatalogueReport, examineIsolation } from './examine-isolation.ts'
export { removeUnclaimedBlobs } from './remove-unclaimed.ts'
export { isolationRoutes } from './routes.ts'
