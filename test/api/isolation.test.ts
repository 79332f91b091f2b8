import { afterAll, beforeAll, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { startTestApp, type TestApp } from '../support/app.ts'

type Report = {
  version: string
  database: { kind: string; server_version: string }
  checks: { statement: string; title: string; examined: number; findings: unknown[] }[]
}

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ worker: false })
})
afterAll(() => app.close())

test('an operator sees that the running database still keeps tenants apart', async () => {
  const { status, body } = await app.platform.get<Report>('/v1/isolation/catalogue')
  expect(status).toBe(200)
  expect(body.version).toBe(manifest.version)
  expect(body.database).toEqual({ kind: app.kind, server_version: expect.stringMatching(/^\d+\.\d+/) })
  expect(body.checks.map(({ statement }) => statement)).toEqual(['I01', 'I02', 'I03', 'I04', 'I05'])
  for (const { title, examined, findings } of body.checks) {
    expect(title).not.toBe('')
    expect(examined).toBeGreaterThan(0)
    expect(findings).toEqual([])
  }
})

test('nobody but the platform may ask', async () => {
  expect(await app.tenant.get('/v1/isolation/catalogue')).toMatchObject({ status: 403 })
})

test.runIf(process.env['TEST_DATABASE_URL'])(
  'what is broken while it runs is named by the next look',
  async () => {
    await app.database.asOwner((client) => client.query('alter table chunks no force row level security'))
    const { body } = await app.platform.get<Report>('/v1/isolation/catalogue')
    expect(body.checks[0]?.findings).toEqual([
      { object: 'table chunks', problem: 'does not force row security on its owner' },
    ])
  },
)
