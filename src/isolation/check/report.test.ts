import { expect, test } from 'vitest'
import type { Outcome } from '../run-statement.ts'
import { formatHtml } from './format-html.ts'
import { type Report, reportOn, verdictOn } from './report.ts'

const outcome: Outcome = {
  id: 'markers',
  proves: ['I14'],
  title: 'Nothing is shown.',
  probes: 10,
  findings: [],
  notChecked: [],
  tookMs: 5,
}
const verdict = (...changes: Partial<Outcome>[]) =>
  verdictOn(changes.map((change) => reportOn({ ...outcome, ...change })))
const leak = { kind: 'leak' as const, request: 'GET /v1/<x>', problem: 'it & "more"' }

test('the walls held only when something was asked, nothing was found and nothing broke off', () => {
  expect(verdict({}, {})).toBe('held')
  expect(verdict({}, { probes: 0, notChecked: [{ what: 'it', why: 'no key' }] })).toBe('held')
  expect(verdict({}, { findings: [leak] })).toBe('leaked')
  expect(verdict({ brokenOff: 'gone' }, { findings: [leak] })).toBe('leaked')
  expect(verdict({}, { findings: [{ ...leak, kind: 'no proof' }] })).toBe('leaked')
  expect(verdict({}, { brokenOff: 'gone' })).toBe('incomplete')
  expect(verdict({ probes: 0 })).toBe('incomplete')
  expect(verdict()).toBe('incomplete')
})

test('whatever stands in the report is text on its page', () => {
  const statements = [reportOn({ ...outcome, findings: [leak] })]
  const report: Report = {
    verdict: verdictOn(statements),
    server: { url: 'http://<server>', version: '1', database: null },
    run_by: 'platform key key_1',
    started_at: '2026-01-01T00:00:00Z',
    took_ms: 1000,
    probes: 10,
    requests: 20,
    statements,
    cleaning: { removed_before: [], left_behind: ['<script>'], problem: null },
  }
  const html = formatHtml(report)
  expect(html).toContain('GET /v1/&#60;x&#62;: it &#38; &#34;more&#34;')
  expect(html).not.toMatch(/<script|<server|<x>/)
})
