import { afterAll, expect, test } from 'vitest'
import { createTenant } from '../support/app.ts'
import { checkTimeout, quick, reportIn, startCheckedServer } from '../support/checked-server.ts'

const server = await startCheckedServer()
afterAll(() => server.close())
const { app, bulkhead, leftBehind } = server

test(
  'with keys of two tenants it works in spaces of its own, and says what it could not look at',
  checkTimeout,
  async () => {
    const neighbour = await createTenant(app, { slug: 'neighbour' })
    await app.tenant.upload('mine.txt', 'A file that was there before.')
    const files = await app.tenant.get('/v1/files')
    const keys = ['--keys', app.keys.tenant, neighbour.key]
    const ended = await bulkhead(['isolation', 'check', ...quick, ...keys, '--json'])
    expect(ended).toMatchObject({ code: 0, err: '' })
    const report = reportIn(ended.out)
    const notChecked = report.statements.flatMap(({ not_checked: left }) => left.map(({ what }) => what))
    expect(notChecked).toEqual(
      expect.arrayContaining(['the database’s own catalogue', 'a suspended tenant', 'a tenant made again']),
    )
    expect(report.cleaning).toEqual({ removed_before: [], left_behind: [], problem: null })
    expect(await leftBehind()).toEqual([])
    expect((await app.tenant.get<{ data: { id: string }[] }>('/v1/files')).body.data.length).toBe(
      (files.body as { data: unknown[] }).data.length,
    )
  },
)
