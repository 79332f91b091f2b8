import type { Finding, Outcome, Query } from './finding.ts'

type Session = { widened: string[]; first: string | null; replication: string }

/**
 * I03, what every connection begins with. A default for `app.tenant_id`, set for a role, the database or the server,
 * would be somebody's rows for whoever forgets to set it.
 */
export async function checkSession(query: Query): Promise<Outcome> {
  const [session] = await query<Session>(
    `select (current_schemas(false))[1]::text as first, current_setting('session_replication_role') as replication,
      array(select name from unnest($1::text[]) name where nullif(current_setting(name, true), '') is not null) as widened`,
    [settings],
  )
  return { examined: settings.length + 2, findings: session ? findProblems(session) : [] }
}

/** What the policies read. */
const settings = ['app.tenant_id', 'app.spaces', 'app.partner_id', 'app.platform', 'app.secret_hash']

function findProblems({ widened, first, replication }: Session): Finding[] {
  const findings = widened.map((name) => ({
    object: `setting ${name}`,
    problem: 'has a default, so that who sets nothing sees rows',
  }))
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
