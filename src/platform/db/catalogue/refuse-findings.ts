import { StartRefused } from '../../errors.ts'
import type { Check } from './finding.ts'

/** So many are named in the refusal; the rest would scroll them away. */
const maxNamed = 8

/**
 * @throws StartRefused naming each object and its problem, so that nothing is served past a wall with a hole
 */
export function refuseFindings(checks: Check[]): void {
  const found = checks.flatMap(({ statement, findings }) =>
    findings.map(({ object, problem }) => `${object} ${problem} (${statement})`),
  )
  if (found.length === 0) return
  const more = found.length > maxNamed ? [`and ${found.length - maxNamed} more`] : []
  throw new StartRefused(
    `The database would not keep tenants apart: ${[...found.slice(0, maxNamed), ...more].join('; ')}. ${adviceFor(checks)}`,
  )
}

function adviceFor(checks: Check[]): string {
  const isOfLogin = checks.some(({ findings }) => findings.some(({ object }) => object.startsWith('login ')))
  return isOfLogin
    ? 'Let BULKHEAD_DATABASE_URL log in as a plain role that owns nothing, and run `bulkhead migrate` with the owner in BULKHEAD_MIGRATION_DATABASE_URL; see docs/security/postgres.md.'
    : 'As the owner, undo what was changed; docs/security/postgres.md says how for each statement.'
}
