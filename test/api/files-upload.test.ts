import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createTenant, startTestApp, until, uploadReady } from '../support/app.ts'
import { hostileTexts } from '../support/hostile.ts'

const maxBytes = 100_000
const app = await startTestApp({ settings: { BULKHEAD_MAX_UPLOAD_BYTES: String(maxBytes) } })
afterAll(() => app.close())
const { api, key } = await createTenant(app, { slug: 'acme' })
await api.post('/v1/spaces', { slug: 'store', intelligence: false })
const store = { space: 'store' }

type File = {
  id: string
  name: string
  sha256: string
  size_bytes: number
  version_id: string
  external_id: string
}
type Page = { data: File[] }

/** A form as it goes over the wire, so that it can be wrong. */
function rawForm(parts: string[], type = 'multipart/form-data; boundary=cut') {
  const body = `${parts.map((part) => `--cut\r\n${part}\r\n`).join('')}--cut--\r\n`
  return api.send<{ code: string }>('POST', '/v1/files', { body, headers: { 'content-type': type } })
}
const field = (name: string, value: string) =>
  `content-disposition: form-data; name="${name}"\r\n\r\n${value}`
const fileField = (name: string) =>
  `content-disposition: form-data; name="${name}"; filename="a.txt"\r\n\r\nabc`

const stored = async () => (await api.get<Page>('/v1/files?space=*&limit=200')).body.data.length

test('an accepted file is answered with its size, its hash and its place', async () => {
  const { status, body } = await api.upload<File>('a.txt', 'abc', { ...store, external_id: 'auth0|1' })
  expect(status).toBe(201)
  expect(body).toMatchObject({ name: 'a.txt', size_bytes: 3, external_id: 'auth0|1', version_id: null })
  expect(body.sha256).toBe(createHash('sha256').update('abc').digest('hex'))
})

test('an empty file and one of the greatest size are taken', async () => {
  expect((await api.upload('empty.txt', '', store)).status).toBe(201)
  expect((await api.upload('full.txt', new Uint8Array(maxBytes), store)).status).toBe(201)
})

test.each(hostileTexts.slice(1).map((name) => ({ name })))(
  'a file named $name is kept by its bare name',
  async ({ name }) => {
    const { status, body } = await api.upload<File>(name, 'abc', store)
    expect(status, JSON.stringify(body)).toBe(201)
    expect(body.name).not.toMatch(/[/\\\p{Cc}\p{Cf}]|^\.*$/u)
    expect(body.name.length).toBeLessThanOrEqual(255)
    const content = await api.get<Uint8Array>(`/v1/files/${body.id}/content`)
    expect(Buffer.from(content.body).toString()).toBe('abc')
    expect(content.headers.get('set-cookie')).toBe(null)
    expect(content.headers.get('content-disposition')).toMatch(
      /^attachment; filename="[^"]*"; filename\*=UTF-8''\S+$/,
    )
  },
)

test.each([
  ['no file', [field('origin', 'x')]],
  ['a file in another field', [fileField('document')]],
  ['a field that is unknown', [field('tenant_id', 'x'), fileField('file')]],
  ['a field twice', [field('origin', 'a'), field('origin', 'b'), fileField('file')]],
  ['a file as text', [field('file', 'abc')]],
  ['nothing', []],
  ['two files', [fileField('file'), fileField('file')]],
  ['a hundred fields', [...Array.from({ length: 100 }, (_, i) => field(`f${i}`, 'x')), fileField('file')]],
  ['a field that reaches for the prototype', [field('__proto__', 'x'), fileField('file')]],
  ['a part without a name', ['content-disposition: form-data\r\n\r\nabc']],
  ['metadata that is no JSON', [field('metadata', '{'), fileField('file')]],
  ['metadata that is a list', [field('metadata', '[]'), fileField('file')]],
  ['metadata with objects', [field('metadata', '{"a":{"b":1}}'), fileField('file')]],
  ['metadata over 64 KiB', [field('metadata', `{"a":"${'x'.repeat(70_000)}"}`), fileField('file')]],
  ['NUL in a field', [field('origin', 'a\0b'), fileField('file')]],
  ['an unknown on_conflict', [field('on_conflict', 'merge'), fileField('file')]],
  ['an empty external id', [field('external_id', ''), fileField('file')]],
])('a form with %s is refused, and nothing stays of it', async (_what, parts) => {
  const before = await stored()
  const reply = await rawForm(parts)
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 422, body: { code: 'input.invalid' } })
  expect(await stored()).toBe(before)
})

test('content that is no form is refused', async () => {
  const form = [fileField('file')]
  expect(await rawForm(form, 'text/plain')).toMatchObject({ status: 415 })
  expect(await api.post('/v1/files', { file: 'abc' })).toMatchObject({ status: 422 })
  expect(await api.send('POST', '/v1/files')).toMatchObject({ status: 422 })
})

test('an external id that is taken is refused, skipped or replaced, as asked', async () => {
  const upload = (content: string, on_conflict?: string) =>
    api.upload<File>('v.md', content, { external_id: 'v', ...(on_conflict ? { on_conflict } : {}) })
  const first = await uploadReady(api, 'v.md', 'The firstwordv.', { external_id: 'v' })
  expect(await upload('other')).toMatchObject({ status: 409, body: { code: 'files.conflict' } })
  expect(await upload('other', 'fail')).toMatchObject({ status: 409 })
  const skipped = await upload('other', 'skip')
  expect(skipped).toMatchObject({ status: 200, body: { id: first.id } })
  const same = await upload('The firstwordv.', 'replace')
  expect(same).toMatchObject({ status: 200, body: { id: first.id, version_id: skipped.body.version_id } })
  const replaced = await upload('The secondwordv.', 'replace')
  expect(replaced).toMatchObject({ status: 200, body: { id: first.id, status: 'queued' } })
  await until('the new version is live', async () => {
    const { body } = await api.get<File>(`/v1/files/${first.id}`)
    return body.version_id === skipped.body.version_id ? undefined : body
  })
  const total = async (query: string) =>
    (await api.post<{ total: number }>('/v1/search', { query, mode: 'text' })).body.total
  expect([await total('firstwordv'), await total('secondwordv')]).toEqual([0, 1])
})

test('of many uploads at once with one external id exactly one is taken', async () => {
  const replies = await Promise.all(
    Array.from({ length: 12 }, (_, i) => api.upload(`r${i}.txt`, `${i}`, { ...store, external_id: 'race' })),
  )
  expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    201,
    ...Array<number>(11).fill(409),
  ])
  expect((await api.get<Page>('/v1/files?space=store&external_id=race')).body.data).toHaveLength(1)
})

test('an upload that is broken off leaves no row and no bytes', async () => {
  const before = await stored()
  const blobs = await countBlobs()
  await Promise.all(Array.from({ length: 20 }, (_, i) => breakOff(1000 * i)))
  // Asked after them, it is answered when they have begun; each is then taken back in its own time.
  expect(await stored()).toBe(before)
  await until('nothing of them is left', async () => ((await countBlobs()) === blobs ? true : undefined))
  expect(await stored()).toBe(before)
})

async function countBlobs(): Promise<number> {
  const all = await readdir(join(app.database.dataDir, 'blobs'), { recursive: true, withFileTypes: true })
  return all.filter((entry) => entry.isFile()).length
}

/** Sends the beginning of an upload and ends the connection. */
function breakOff(bytes: number): Promise<void> {
  return new Promise((resolve) => {
    const outgoing = request(new URL('/v1/files', app.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'multipart/form-data; boundary=cut' },
    })
    outgoing.on('error', () => {})
    outgoing.on('close', () => resolve())
    outgoing.write(`--cut\r\n${fileField('file')}${'x'.repeat(bytes)}`, () => outgoing.destroy())
  })
}
