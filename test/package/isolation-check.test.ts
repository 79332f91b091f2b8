import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createKey } from '../support/app.ts'
import { checkTimeout, quick, reportIn, startCheckedServer } from '../support/checked-server.ts'

const server = await startCheckedServer()
afterAll(() => server.close())
const { app, bulkhead, folder, leftBehind } = server

test(
  'the whole check holds on this server, writes its report and leaves nothing behind',
  checkTimeout,
  async () => {
    const before = await app.platform.get('/v1/tenants')
    const ended = await bulkhead(['isolation', 'check', ...quick, '--json', '--report', 'report'])
    expect(ended).toMatchObject({ code: 0, err: '' })
    const report = reportIn(ended.out)
    expect(report).toMatchObject({ verdict: 'held', cleaning: { left_behind: [], problem: null } })
    expect(report.statements.flatMap(({ not_checked: left }) => left)).toEqual([])
    expect(report.statements.every(({ held, probes }) => held && probes > 5)).toBe(true)
    expect(await leftBehind()).toEqual([])
    expect((await app.platform.get('/v1/tenants')).body).toEqual(before.body)

    const [json, html] = await Promise.all(
      ['json', 'html'].map((kind) => readFile(join(folder, `report/isolation-report.${kind}`), 'utf8')),
    )
    expect(JSON.parse(json ?? '')).toEqual(report)
    expect(html).toContain('The walls held')
    for (const text of [ended.out, json, html]) expect(text).not.toMatch(/bhk_/)
    // Nothing from anywhere: no script, no picture, no style sheet, no link.
    expect(html).not.toMatch(/<(script|img|link|iframe|a)\b|url\(|src=/)
  },
)

const inTenant = await createKey(app.tenant, { name: 'another', space: 'default' })
const secondOfTenant = await createKey(app.tenant, { name: 'second' })

test.each([
  ['a server that is not there', ['--url', 'http://127.0.0.1:9'], 5, /No answer from/],
  ['a key of a tenant', ['--key', app.keys.tenant], 4, /takes a platform key/],
  ['a key of nobody', ['--key', 'bhk_nobody'], 4, /key/],
  ['the same key twice', ['--keys', app.keys.tenant, app.keys.tenant], 2, /the same one/],
  ['two keys of one tenant', ['--keys', app.keys.tenant, secondOfTenant], 2, /Both keys are of the tenant/],
  ['a key of a space', ['--keys', app.keys.tenant, inTenant], 4, /is a space key/],
  ['one key alone', ['--keys', app.keys.tenant], 2, /two keys/],
])('%s is told in a sentence, and nothing is made', async (_what, args, code, sentence) => {
  const ended = await bulkhead(['isolation', 'check', ...args])
  expect(ended).toMatchObject({ code, out: '', err: expect.stringMatching(sentence) })
  expect(ended.err).not.toMatch(/^\s+at |bhk_/m)
  expect(await leftBehind()).toEqual([])
})
