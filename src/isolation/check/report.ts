import type { Finding, Outcome } from '../run-statement.ts'

/** What a check found, as it is written to `isolation-report.json`. Holds ids and made-up names, no content, no secret. */
export type Report = {
  verdict: 'held' | 'leaked' | 'incomplete'
  server: {
    url: string
    version: string
    database: { kind: string; server_version: string } | null
  }
  /** The level and id of the keys it was run with. */
  run_by: string
  started_at: string
  took_ms: number
  probes: number
  requests: number
  statements: StatementReport[]
  cleaning: {
    /** Left by earlier checks that were cut off, and removed. */
    removed_before: string[]
    /** What this one has made and could not remove. */
    left_behind: string[]
    problem: string | null
  }
}

export type StatementReport = {
  id: string
  proves: string[]
  title: string
  held: boolean
  probes: number
  findings: Finding[]
  not_checked: { what: string; why: string }[]
  /** Why it ended early, or null. */
  broken_off: string | null
  took_ms: number
}

export function reportOn({ id, proves, title, ...outcome }: Outcome): StatementReport {
  const { probes, findings, notChecked, brokenOff, tookMs } = outcome
  return {
    id,
    proves,
    title,
    held: findings.length === 0 && brokenOff === undefined && probes > 0,
    probes,
    findings,
    not_checked: notChecked,
    broken_off: brokenOff ?? null,
    took_ms: Math.round(tookMs),
  }
}

/** One leak is a leak, whatever else held; what was broken off or asked nothing at all shows nothing. */
export function verdictOn(statements: StatementReport[]): Report['verdict'] {
  if (statements.some(({ findings }) => findings.length > 0)) return 'leaked'
  const asked = statements.filter(({ probes }) => probes > 0)
  return asked.length > 0 && statements.every(({ broken_off: why }) => why === null) ? 'held' : 'incomplete'
}
