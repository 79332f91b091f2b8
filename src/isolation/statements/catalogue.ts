import type { Probe, Statement } from '../statement.ts'

type Report = {
  checks: {
    statement: string
    title: string
    examined: number
    findings: { object: string; problem: string }[]
  }[]
}

/** What the server finds when it examines its own database. */
export const catalogueStatement: Statement = {
  id: 'catalogue',
  proves: ['I01', 'I02', 'I03', 'I04', 'I05'],
  title:
    'The database itself refuses: row security forced on every tenant table, exact policies, least rights, keys that begin with the tenant, no way around.',
  async *examine({ world }) {
    const reply = await world.platform?.api.get<Report>('/v1/isolation/catalogue')
    if (!reply) {
      yield { notChecked: 'the database’s own catalogue', why: 'it takes a platform key' }
      return
    }
    if (reply.status !== 200) {
      yield { notChecked: 'the database’s own catalogue', why: `the server answered ${reply.status}` }
      return
    }
    yield reply.body.checks.flatMap(({ statement, title, examined, findings }): Probe[] => [
      {
        request: `${statement} ${title}`,
        isControl: true,
        run: async () => (examined > 0 ? undefined : 'nothing was examined'),
      },
      {
        request: `${statement} ${title} (${examined} examined)`,
        run: async () =>
          findings.map(({ object, problem }) => `${object}: ${problem}`).join('; ') || undefined,
      },
    ])
  },
  expectedProbes: () => 10,
}
