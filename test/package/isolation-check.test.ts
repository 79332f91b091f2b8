import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Report } from '#isolation/index.ts'
import { createKey, createTenant, startTestApp, until } from '../support/app.ts'
import { runCommand, startCommand } from '../support/run-command.ts'
import { startTamperingProxy, withJson } from '../support/tampering-proxy.ts'

const app = await startTestApp()
const proxy = await startTamperingProxy(app.url)
const folder = await mkdtemp(join(tmpdir(), 'bulkhead-isolation-'))
afterAll(async () => {
  await proxy.close()
  await app.close()
  await rm(folder, { recursive: true, force: true })
})

/** A whole check asks some thousand questions. */
const timeout = 600_000
const quick = ['--probes', '1']

const settings = { BULKHEAD_URL: proxy.url, BULKHEAD_KEY: app.keys.platform }
const bulkhead = (args: string[], more: Record<string, string> = {}) =>
  runCommand(args, { ...settings, ...more }, folder)

/** The report stands on the last line. */
function reportIn(out: string): Report {
  const { report }: { report: Report } = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')
  return report
}

/** Everything of a check that is on the server. */
async function leftOn(): Promise<string[]> {
  const lists = await Promise.all([
    app.platform.get('/v1/partners?limit=200'),
    app.platform.get('/v1/tenants?limit=200'),
    app.platform.get('/v1/keys?limit=200'),
    ...['spaces', 'users', 'groups', 'roles', 'grants'].map((list) =>
      app.tenant.get(`/v1/${list}?limit=200`),
    ),
    // What has ended stays listed for a while, as that.
    ...['invitations', 'portal/tokens'].map(async (list) => {
      const { body } = await app.tenant.get<{ data: { status: string }[] }>(`/v1/${list}?limit=200`)
      return { body: body.data.filter(({ status }) => status === 'open' || status === 'active') }
    }),
  ])
  return JSON.stringify(lists.map(({ body }) => body)).match(/isolation-check-[\w-]+/g) ?? []
}

test(
  'the whole check holds on this server, writes its report and leaves nothing behind',
  { timeout },
  async () => {
    const before = await app.platform.get('/v1/tenants')
    const ended = await bulkhead(['isolation', 'check', ...quick, '--json', '--report', 'report'])
    expect(ended).toMatchObject({ code: 0, err: '' })
    const report = reportIn(ended.out)
    expect(report).toMatchObject({ verdict: 'held', cleaning: { left_behind: [], problem: null } })
    expect(report.statements.flatMap(({ not_checked: left }) => left)).toEqual([])
    expect(report.statements.every(({ held, probes }) => held && probes > 5)).toBe(true)
    expect(await leftOn()).toEqual([])
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

test(
  'a leak ends it with 6, told by statement and request, and nothing is left behind',
  { timeout },
  async () => {
    proxy.tamperBy(async ({ path }, forward) => {
      const answer = await forward()
      return path === '/v1/search' && answer.status === 200
        ? withJson(answer, (body) => ({ ...body, total: Number(body['total']) + 1 }))
        : answer
    })
    const ended = await bulkhead(['isolation', 'check', ...quick, '--report', 'leaks'])
    proxy.tamperBy(undefined)
    expect(ended.code).toBe(6)
    expect(ended.err).toMatch(/did NOT hold.*markers: .*POST \/v1\/search .*counts 2 instead of 1/s)
    expect(ended.out).toMatch(/^FAILED +markers/m)
    expect(await readFile(join(folder, 'leaks/isolation-report.html'), 'utf8')).toContain('did NOT hold')
    expect(await leftOn()).toEqual([])
  },
)

test(
  'with keys of two tenants it works in spaces of its own, and says what it could not look at',
  { timeout },
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
    expect(await leftOn()).toEqual([])
    expect((await app.tenant.get<{ data: { id: string }[] }>('/v1/files')).body.data.length).toBe(
      (files.body as { data: unknown[] }).data.length,
    )
  },
)

test(
  'Ctrl-C removes what was made; after kill -9 the next one does, once it is old enough',
  { timeout },
  async () => {
    const stopped = startCommand(['isolation', 'check'], settings, folder)
    const ended = new Promise((resolve) => stopped.on('exit', (code, signal) => resolve({ code, signal })))
    await until('it has begun', async () => ((await leftOn()).length > 5 ? true : undefined))
    stopped.kill('SIGINT')
    expect(await ended).toEqual({ code: 5, signal: null })
    expect(await leftOn()).toEqual([])

    const killed = startCommand(['isolation', 'check'], settings, folder)
    const died = new Promise((resolve) => killed.on('exit', resolve))
    await until('it has begun', async () => ((await leftOn()).length > 5 ? true : undefined))
    killed.kill('SIGKILL')
    await died
    const mine = await app.platform.post<{ id: string }>('/v1/partners', { slug: 'isolation-checkers' })

    expect((await bulkhead(['isolation', 'clean'])).out).toBe('Nothing was left.\n')
    expect((await leftOn()).length).toBeGreaterThan(5)
    expect(await bulkhead(['isolation', 'clean', '--older-than', '0'])).toMatchObject({ code: 0, err: '' })
    expect(await leftOn()).toEqual([])
    expect((await app.platform.get(`/v1/partners/${mine.body.id}`)).status).toBe(200)
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
  expect(await leftOn()).toEqual([])
})
