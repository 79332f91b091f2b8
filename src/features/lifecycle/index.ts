export { checkIntegrity, type IntegrityReport } from './check-integrity.ts'
export { removeUnclaimedBlobs } from './remove-unclaimed.ts'
