import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Ended, runCommand, startCommand } from '../support/run-command.ts'

const root = join(import.meta.dirname, '../..')

let app: TestApp
let folder = ''

beforeAll(async () => {
  app = await startTestApp({ settings: { BULKHEAD_MAX_UPLOAD_BYTES: '100000' } })
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-cli-'))
})
afterAll(async () => {
  await app.close()
  await rm(folder, { recursive: true, force: true })
})

const start = (args: string[], settings: Record<string, string>) => startCommand(args, settings, folder)

/** The command as a shell runs it, with the tenant's key unless the settings name another. */
function bulkhead(args: string[], settings: Record<string, string> = {}): Promise<Ended> {
  return runCommand(args, { BULKHEAD_URL: app.url, BULKHEAD_KEY: app.keys.tenant, ...settings }, folder)
}

/** One document a line. */
function documents(out: string): Record<string, unknown>[] {
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

const asPlatform = () => ({ BULKHEAD_KEY: app.keys.platform })

test('a customer is set up, filled, searched and asked from the command line alone', async () => {
  expect((await bulkhead(['tenant', 'create', 'acme', '--name', 'Acme'], asPlatform())).code).toBe(0)
  const made = await bulkhead(['key', 'create', 'first', '--tenant', 'acme', '--json'], asPlatform())
  const acme = { BULKHEAD_KEY: String(documents(made.out)[0]?.['secret']) }
  const examples = join(root, 'examples/northwind-freight')

  const ingested = await bulkhead(['ingest', examples], acme)
  expect(ingested).toMatchObject({ code: 0, err: '' })
  expect(ingested.out).toMatch(/4 files, .*: 4 ready\./)

  const found = await bulkhead(['search', 'notice', 'period', 'for', 'termination'], acme)
  expect(found.out).toMatch(/1 {2}contract\.pdf, page 4/)

  const question = 'How many days written notice must either party give to terminate the agreement?'
  const answered = await bulkhead(['ask', question], acme)
  expect(answered.code).toBe(0)
  expect(answered.out).toMatch(/90 days' written notice.*\[1\] contract\.pdf, page 4/s)

  const refused = await bulkhead(['ask', 'Which airline operates the charter to Anchorage?'], acme)
  expect(refused).toMatchObject({ code: 0, out: expect.stringMatching(/^No answer: /) })
})

test('a second ingest sends only what has changed, and tells of each file as a JSON line', async () => {
  const files = join(folder, 'changing')
  await mkdir(join(files, 'deep'), { recursive: true })
  await writeFile(join(files, 'deep/same.txt'), 'The pump stands in hall two.')
  await writeFile(join(files, 'new.txt'), 'The first text of the valve.')
  await writeFile(join(files, '.hidden.txt'), 'hidden')
  await symlink('/etc/hostname', join(files, 'link.txt'))
  const outcomes = async () => {
    const { code, out } = await bulkhead(['ingest', files, '--json'])
    expect(code).toBe(0)
    const lines = documents(out).filter(({ type }) => type === 'file')
    return Object.fromEntries(lines.map(({ path, status }) => [path, status]))
  }
  expect(await outcomes()).toEqual({ 'deep/same.txt': 'ready', 'new.txt': 'ready' })
  await writeFile(join(files, 'new.txt'), 'The second text of the valve.')
  expect(await outcomes()).toEqual({ 'deep/same.txt': 'unchanged', 'new.txt': 'ready' })
  expect(documents((await bulkhead(['search', 'valve', '--json'])).out)[0]).toMatchObject({ total: 1 })
})

test('lists are JSON lines, one record is one document', async () => {
  const spaces = documents((await bulkhead(['space', 'list', '--json'])).out)
  expect(spaces.map(({ slug }) => slug)).toContain('default')
  const [space] = documents((await bulkhead(['space', 'get', 'default', '--json'])).out)
  expect(space).toMatchObject({ slug: 'default' })
})

test('a file that cannot be read ends with 6 and its reason, and keeps no other file away', async () => {
  const files = join(folder, 'mixed')
  await mkdir(files)
  await writeFile(join(files, 'broken.docx'), Buffer.from([0x50, 0x4b, 3, 4, 1, 2, 3, 4]))
  await writeFile(join(files, 'good.txt'), 'A sentence about lanterns.')
  const { code, out, err } = await bulkhead(['ingest', files])
  expect(code).toBe(6)
  expect(out).toMatch(/^ready {6}good\.txt$/m)
  expect(err).toMatch(/1 of 2 files failed\.\n {2}- broken\.docx: \S+/)
  expect(err).not.toMatch(/^\s+at /m)
})

test.each([
  ['an unknown command', ['nonsense'], 2],
  ['a missing argument', ['tenant', 'get'], 2],
  ['input that the server refuses', ['space', 'create', 'Not A Slug'], 2],
  ['an unknown space', ['search', 'x', '--space', 'nowhere'], 3],
  ['a key of nobody', ['search', 'x', '--key', 'bhk_nobody'], 4],
  ['a right that the key does not have', ['tenant', 'create', 'mine'], 4],
  ['a server that is not there', ['search', 'x', '--url', 'http://127.0.0.1:9'], 5],
])('%s is told in a sentence', async (_, args, code) => {
  const ended = await bulkhead(args)
  expect(ended).toMatchObject({ code, out: '' })
  expect(ended.err).toMatch(/^error: /i)
  expect(ended.err).not.toMatch(/^\s+at /m)
})

test('wrong settings are refused all at once, with 2', async () => {
  const ended = await bulkhead(['serve'], { BULKHEAD_PORT: 'x', BULKHEAD_MISSPELT: '1' })
  expect(ended.code).toBe(2)
  expect(ended.err).toMatch(/BULKHEAD_PORT.*BULKHEAD_MISSPELT/s)
})

test('without any key the data directory is looked into, and named', async () => {
  const ended = await bulkhead(['search', 'x'], { BULKHEAD_KEY: '', BULKHEAD_DATA_DIR: folder })
  expect(ended.code).toBe(4)
  expect(ended.err).toContain(join(folder, 'tenant.key'))
  await writeFile(join(folder, 'tenant.key'), `${app.keys.tenant}\n`)
  expect((await bulkhead(['search', 'x'], { BULKHEAD_KEY: '', BULKHEAD_DATA_DIR: folder })).code).toBe(0)
})

test('doctor leaves nothing behind where there is no database, and says so with 6', async () => {
  const dataDir = join(folder, 'nothing-here')
  const ended = await bulkhead(['doctor'], { BULKHEAD_DATA_DIR: dataDir })
  expect(ended).toMatchObject({ code: 6, out: expect.stringMatching(/^FAILED {2}database/m) })
  expect(existsSync(dataDir)).toBe(false)
})

test('serve tells where it is and where its keys lie but no key, holds its directory, and ends when told to', async () => {
  const own = { BULKHEAD_DATA_DIR: join(folder, 'served'), BULKHEAD_PORT: '0' }
  const child = start(['serve'], own)
  const errors = text(child.stderr)
  const lines = child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })
  let told = ''
  while (!told.includes('tenant.key')) {
    const { value, done } = await lines.next()
    if (done) throw new Error(`serve ended: ${told}${await errors}`)
    told += value
  }
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(told)?.[0] ?? ''
  const key = (await readFile(join(own.BULKHEAD_DATA_DIR, 'tenant.key'), 'utf8')).trim()
  expect(told).not.toContain(key.slice(0, 12))

  const searched = await bulkhead(['search', 'x'], { ...own, BULKHEAD_URL: url, BULKHEAD_KEY: '' })
  expect(searched).toMatchObject({ code: 0, err: '' })
  const second = await bulkhead(['serve'], own)
  expect(second).toMatchObject({ code: 2, err: expect.stringContaining(`process ${child.pid}`) })
  expect(await bulkhead(['doctor'], own)).toMatchObject({ code: 6 })

  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  for await (const rest of lines) told += rest
  expect(await ended).toEqual([0, null])
  expect(told).toMatch(/SIGTERM: .*\nStopped\.\n$/)
  expect(await bulkhead(['doctor'], own)).toMatchObject({ code: 0, err: '' })
})

test('the demo shows every claim, holds them all and removes what it made', async () => {
  const temporary = join(folder, 'temporary')
  await mkdir(temporary)
  const ended = await bulkhead(['demo', '--json'], { TMPDIR: temporary })
  expect(ended).toMatchObject({ code: 0, err: '' })
  const trials = documents(ended.out)
  expect(trials.filter(({ held }) => held !== true)).toEqual([])
  expect(new Set(trials.map(({ claim }) => claim)).size).toBe(6)
  expect((await readdir(temporary)).filter((name) => name.startsWith('bulkhead-demo'))).toEqual([])
})

test('partners and tenants end from the command line, which asks first and waits for the end', async () => {
  expect((await bulkhead(['partner', 'create', 'reseller'], asPlatform())).code).toBe(0)
  expect((await bulkhead(['tenant', 'create', 'brief', '--partner', 'reseller'], asPlatform())).code).toBe(0)
  expect((await bulkhead(['partner', 'delete', 'reseller'], asPlatform())).err).toContain('still has tenants')
  const unasked = await bulkhead(['tenant', 'erase', 'brief'], asPlatform())
  expect(unasked).toMatchObject({ code: 2, err: expect.stringContaining('--yes') })
  expect((await app.platform.get('/v1/tenants/brief')).status).toBe(200)
  const erased = await bulkhead(['tenant', 'erase', 'brief', '--yes', '--json'], asPlatform())
  expect(erased).toMatchObject({ code: 0, err: '' })
  expect(documents(erased.out)).toMatchObject([{ slug: 'brief', erased: true }])
  expect((await bulkhead(['tenant', 'get', 'brief'], asPlatform())).code).toBe(3)
  expect((await bulkhead(['partner', 'delete', 'reseller'], asPlatform())).code).toBe(0)
})
