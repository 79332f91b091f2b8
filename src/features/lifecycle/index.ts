export { checkIntegrity, type Finding, type IntegrityReport } from './check-integrity.ts'
