import type { Report, StatementReport } from './report.ts'

/** The report as one page that needs nothing from anywhere, on a screen or on paper. */
export function formatHtml(report: Report): string {
  const { server, statements, cleaning } = report
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Isolation check of ${escape(server.url)}</title>
<style>${style}</style>
<h1>Isolation check</h1>
<p class="verdict ${report.verdict}">${escape(verdicts[report.verdict])}</p>
<dl>${facts(report)
    .map(([name, value]) => `<dt>${escape(name)}<dd>${escape(value)}`)
    .join('')}</dl>
${statements.map(section).join('\n')}
<h2>What was left</h2>
<p>${escape(cleaningInWords(cleaning))}</p>
<h2>How to read this</h2>
<p>A probe is one answer that was looked at. Every statement first shows that the owner of a thing finds what the stranger
must not; where that fails, nothing was proven, and the statement counts as failed. The check sees the server from outside:
it cannot show what nobody can ask for, such as backups, the disk, or how long answers take.</p>
</html>
`
}

export const verdicts = {
  held: 'The walls held: nothing of one customer was seen or changed by another.',
  leaked: 'The walls did NOT hold: see what was found below.',
  incomplete: 'The check did not come to its end, so it shows nothing.',
}

function facts(report: Report): [string, string][] {
  const { server, run_by: runBy, probes, requests } = report
  const { version, database } = server
  const seconds = Math.max(1, Math.round(report.took_ms / 1000))
  return [
    ['Server', `${server.url}, Bulkhead ${version}`],
    [
      'Database',
      database ? `${database.kind} PostgreSQL ${database.server_version}` : 'not told to these keys',
    ],
    ['Run by', runBy],
    ['Begun', report.started_at],
    [
      'Took',
      `${seconds} s, ${probes} probes, ${requests} requests (${Math.round(requests / seconds)} a second)`,
    ],
  ]
}

function section(statement: StatementReport): string {
  const {
    id,
    proves,
    title,
    held,
    probes,
    findings,
    not_checked: notChecked,
    broken_off: brokenOff,
  } = statement
  const mark = held ? 'held' : findings.length > 0 ? 'leaked' : 'incomplete'
  return `<section><h2><span class="${mark}">${mark === 'incomplete' ? 'not shown' : held ? 'held' : 'FAILED'}</span> ${escape(id)}</h2>
<p>${escape(title)}</p><p class="small">${probes} probes, ${(statement.took_ms / 1000).toFixed(1)} s; ${escape(proves.join(', '))}</p>
${brokenOff === null ? '' : `<p>Broken off: ${escape(brokenOff)}</p>`}
${list(
  'Found',
  findings.map(({ kind, request, problem }) => `${kind}: ${request}: ${problem}`),
)}
${list(
  'Not checked',
  notChecked.map(({ what, why }) => `${what}: ${why}`),
)}</section>`
}

function list(title: string, items: string[]): string {
  if (items.length === 0) return ''
  return `<h3>${title}</h3><ul>${items.map((item) => `<li>${escape(item)}`).join('')}</ul>`
}

export function cleaningInWords({
  removed_before: before,
  left_behind: left,
  problem,
}: Report['cleaning']): string {
  const earlier = before.length > 0 ? ` Removed of earlier checks: ${before.join(', ')}.` : ''
  if (left.length === 0)
    return `Nothing: all that the check made was removed again, and looked for afterwards.${earlier}`
  return `Could not be removed: ${left.join(', ')}${problem === null ? '' : ` (${problem})`}.${earlier}`
}

const style = `
:root{color-scheme:light dark;--good:light-dark(#176b3a,#6fdc9c);--bad:light-dark(#a11,#ff8f8f);--open:light-dark(#7a5200,#f2c46d)}
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
.verdict{font-size:1.3rem;font-weight:600;border-left:.4rem solid;padding-left:.8rem}
.held{color:var(--good)}.leaked{color:var(--bad)}.incomplete{color:var(--open)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
section{border-top:1px solid #8885;break-inside:avoid-page}h2{font-size:1.1rem}h3{font-size:1rem}.small{font-size:.85rem}
li{overflow-wrap:anywhere}@media print{body{margin:0;max-width:none}}`

/** Whatever stands in it, text stays text. */
function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
}
