export { refuseDefaults } from './check-session.ts'
export { examineCatalogue } from './examine.ts'
export type { Check } from './finding.ts'
export { refuseFindings } from './refuse-findings.ts'
