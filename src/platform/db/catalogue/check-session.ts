import { findDefaults } from './find-defaults.ts'
import type { Finding, Outcome, Query } from './finding.ts'
import { refuseFindings } from './refuse-findings.ts'

type Session = { first: string | null; replication: string }

/** I03, what every connection begins with. */
export async function checkSession(query: Query): Promise<Outcome> {
  const [session] = await query<Session>(
    `select (current_schemas(false))[1]::text as first, current_setting('session_replication_role') as replication`,
  )
  const defaults = await findDefaults(query, settings)
  return { examined: settings.length + 2, findings: [...defaults, ...(session ? findProblems(session) : [])] }
}

/** What the policies read. */
const settings = ['app.tenant_id', 'app.spaces', 'app.partner_id', 'app.platform', 'app.secret_hash']

/**
 * The part of it that has to hold before any transaction: no connection that begins with one of these is ever used.
 * @throws StartRefused naming setting and origin
 */
export async function refuseDefaults(query: Query): Promise<void> {
  const names = [...settings, 'role']
  const findings = await findDefaults(query, names)
  refuseFindings([{ statement: 'I03', title: 'defaults', examined: names.length, findings }])
}

function findProblems({ first, replication }: Session): Finding[] {
  const findings: Finding[] = []
  if (first !== 'public') {
    findings.push({
      object: 'setting search_path',
      problem: `leads to ${first ?? 'no schema'} before public`,
    })
  }
  if (replication !== 'origin') {
    const problem = `is ${replication}, which switches off foreign keys`
    findings.push({ object: 'setting session_replication_role', problem })
  }
  return findings
}
