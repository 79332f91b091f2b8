import { createHash } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { createLog } from '#platform/log.ts'
import { type Receiver, startReceiver } from '../../src/adapters/outside/receiver.fixture.ts'
import { createTenant, freshDatabase, startTestApp, until, waitUntilReady } from '../support/app.ts'
import { rotate, rotated } from '../support/rotation.ts'

const maxBytes = 100_000
const lines: string[] = []
const log = createLog('trace', { write: (line: string) => void lines.push(line) })
const settings = { BULKHEAD_MAX_UPLOAD_BYTES: String(maxBytes), BULKHEAD_OUTSIDE_ALLOW: '127.0.0.1' }
const app = await startTestApp({ log, settings })
afterAll(() => app.close())
const acme = await createTenant(app, { slug: 'acme' })
const { api } = acme
await api.post('/v1/spaces', { slug: 'store', intelligence: false })

type File = {
  id: string
  name: string
  status: string
  failure: { reason: string; message: string } | null
  sha256: string
  size_bytes: number
  media_type: string
  external_id: string | null
  metadata: object
  folder_id: string | null
}
const receivers: Receiver[] = []
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close()
})

/** @returns its address, with what reaches it */
async function serve(answer: RequestListener) {
  const receiver = await startReceiver(answer)
  receivers.push(receiver)
  return { url: `http://127.0.0.1:${receiver.port}`, received: receiver.received }
}
const serveText = (text: string) =>
  serve((_request, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(text))

async function importFile(body: Record<string, unknown>, status = 202): Promise<File> {
  const reply = await api.post<File>('/v1/files/import', body)
  expect(reply.status, JSON.stringify(reply.body)).toBe(status)
  return reply.body
}
const get = async (id: string) => (await api.get<File>(`/v1/files/${id}`)).body
const ended = (id: string) =>
  until(`${id} has ended`, async () => {
    const file = await get(id)
    return ['ready', 'stored', 'failed'].includes(file.status) ? file : undefined
  })
const contentOf = async (id: string) => {
  const { status, body } = await api.get<Uint8Array & { code?: string }>(`/v1/files/${id}/content`)
  return status === 200 ? Buffer.from(body).toString() : body.code
}
const nothingIsStray = async () => expect((await app.checkIntegrity()).findings).toEqual([])

describe('an import', () => {
  test('becomes a file that is read and found like one that was uploaded', async () => {
    const { url } = await serveText('A charter about lighthouses.')
    const file = await importFile({
      url: `${url}/papers/charter.txt?token=wayfarer`,
      external_id: 'charter-1',
      origin: 'web',
      metadata: { kind: 'charter' },
      path: 'Imported/2026',
    })
    expect(file).toMatchObject({ name: 'charter.txt', status: 'queued', size_bytes: 0, sha256: '' })
    await waitUntilReady(api, file.id)
    expect(await get(file.id)).toMatchObject({
      name: 'charter.txt',
      external_id: 'charter-1',
      metadata: { kind: 'charter' },
      media_type: 'text/plain',
      size_bytes: 28,
      sha256: createHash('sha256').update('A charter about lighthouses.').digest('hex'),
    })
    expect((await get(file.id)).folder_id).not.toBeNull()
    expect(await contentOf(file.id)).toBe('A charter about lighthouses.')
    const found = await api.post<{ total: number }>('/v1/search', { query: 'lighthouses' })
    expect(found.body.total).toBe(1)
    await nothingIsStray()
  })

  test('into a space that only stores is stored', async () => {
    const { url } = await serveText('kept')
    const { id } = await importFile({ url, space: 'store' })
    expect(await ended(id)).toMatchObject({ status: 'stored', size_bytes: 4, name: 'unnamed' })
    expect(await contentOf(id)).toBe('kept')
  })

  test('is called what its caller says, else what the answer says', async () => {
    const { url } = await serve((_request, response) =>
      response.writeHead(200, { 'content-disposition': 'attachment; filename="lease.md"' }).end('# A lease'),
    )
    const own = await importFile({ url: `${url}/d`, name: 'mine.md', space: 'store' })
    const theirs = await importFile({ url: `${url}/d`, space: 'store' })
    expect([(await ended(own.id)).name, (await ended(theirs.id)).name]).toEqual(['mine.md', 'lease.md'])
  })

  test('goes after redirects', async () => {
    const { url, received } = await serve(({ url: path }, response) =>
      path === '/end' ? response.end('there') : response.writeHead(302, { location: '/end' }).end(),
    )
    const { id } = await importFile({ url: `${url}/start`, space: 'store' })
    await ended(id)
    expect([await contentOf(id), received]).toEqual(['there', ['GET /start', 'GET /end']])
  })

  test('leaves its address in no log, no job and no answer', async () => {
    const { url } = await serveText('quiet')
    const secret = 'hushhush4711'
    const { id } = await importFile({ url: `${url}/a.txt?key=${secret}` })
    const { rows } = await app.db.system('run-jobs', (tx) =>
      tx.execute('select data, output from pgboss.job'),
    )
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify([rows, lines, await ended(id)])).not.toContain(secret)
    expect(lines.join()).toContain('"job":"import"')
  })
})

describe('an import fails', () => {
  test('alike for every address that is not public', async () => {
    const { url } = await serve((_request, response) =>
      response.writeHead(302, { location: 'http://127.0.0.2:1/' }).end(),
    )
    const files = []
    for (const inside of [
      'http://127.0.0.2/',
      'http://169.254.169.254/',
      'http://localhost/',
      'http://10.1/',
      url,
    ])
      files.push(await ended((await importFile({ url: inside })).id))
    expect(new Set(files.map(({ status, failure }) => JSON.stringify({ status, failure }))).size).toBe(1)
    expect(files[0]).toMatchObject({ status: 'failed', failure: { reason: 'import_refused' } })
    expect(await contentOf(files[0]?.id ?? '')).toBe('files.not_imported')
  })

  test.each([
    [404, 'import_failed', 'The address answered 404.'],
    [204, 'import_failed', 'The address answered 204.'],
  ])('when the answer is %i', async (status, reason, message) => {
    const { url, received } = await serve((_request, response) => response.writeHead(status).end())
    const { id } = await importFile({ url })
    expect((await ended(id)).failure).toEqual({ reason, message })
    expect(received).toHaveLength(1)
  })

  test('when there is more than a file may have, and nothing of it stays', async () => {
    const { url } = await serveText('x'.repeat(maxBytes + 1))
    const endless = await serve((_request, response) => {
      const more = () => {
        while (response.writable && response.write('x'.repeat(10_000)));
      }
      response.on('drain', more)
      more()
    })
    for (const from of [url, endless.url]) {
      const { id } = await importFile({ url: from })
      expect((await ended(id)).failure?.reason).toBe('too_large')
    }
    await nothingIsStray()
  })

  test('and can be tried again', async () => {
    let isUp = false
    const { url } = await serve((_request, response) => response.writeHead(isUp ? 200 : 410).end('at last'))
    const { id } = await importFile({ url, name: 'late.txt' })
    expect((await ended(id)).status).toBe('failed')
    isUp = true
    expect((await api.post(`/v1/files/${id}/reindex`)).status).toBe(202)
    await waitUntilReady(api, id)
    expect(await contentOf(id)).toBe('at last')
  })

  test('and is tried again by its address under a new data key', async () => {
    let isUp = false
    const { url } = await serve((_request, response) =>
      response.writeHead(isUp ? 200 : 410).end('sealed anew'),
    )
    const { id } = await importFile({ url: `${url}/anew.txt` })
    await ended(id)
    await rotate(app, acme)
    expect((await rotated(app, acme)).pieces_left).toBe(0)
    isUp = true
    await api.post(`/v1/files/${id}/reindex`)
    await waitUntilReady(api, id)
    expect(await contentOf(id)).toBe('sealed anew')
    expect((await app.checkSeals()).findings).toEqual([])
  })

  test('only after an address that was down was asked again', async () => {
    let asked = 0
    const { url } = await serve((_request, response) =>
      response.writeHead(++asked === 1 ? 503 : 200).end('up'),
    )
    const { id } = await importFile({ url, space: 'store' })
    expect(await ended(id)).toMatchObject({ status: 'stored', failure: null })
    expect(asked).toBe(2)
  })
})

describe('where the external id is taken', () => {
  test('it is refused, left, or gets the new bytes', async () => {
    const first = await api.upload<File>('a.txt', 'first', { space: 'store', external_id: 'taken' })
    const { url, received } = await serveText('second')
    const body = { url, space: 'store', external_id: 'taken' }
    expect((await api.post<{ code: string }>('/v1/files/import', body)).body.code).toBe('files.conflict')
    expect((await importFile({ ...body, on_conflict: 'skip' }, 200)).id).toBe(first.body.id)
    expect(received).toEqual([])
    expect((await importFile({ ...body, on_conflict: 'replace' })).id).toBe(first.body.id)
    await ended(first.body.id)
    expect(await contentOf(first.body.id)).toBe('second')
    const versions = await api.get<{ data: unknown[] }>(`/v1/files/${first.body.id}/versions`)
    expect(versions.body.data).toHaveLength(1)
    await nothingIsStray()
  })

  test('a file whose import failed keeps the bytes it had', async () => {
    const first = await api.upload<File>('b.txt', 'first', { space: 'store', external_id: 'kept' })
    const { url } = await serve((_request, response) => response.writeHead(404).end())
    const { id } = await importFile({ url, space: 'store', external_id: 'kept', on_conflict: 'version' })
    expect(await ended(id)).toMatchObject({ status: 'failed', sha256: first.body.sha256 })
    expect(await contentOf(id)).toBe('first')
    await nothingIsStray()
  })
})

describe('while its bytes come', () => {
  /** Answers once it is let go. */
  async function serveSlowly(text: string) {
    const go = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const server = await serve((_request, response) => {
      response.write(text.slice(0, 1))
      begun.resolve()
      void go.promise.then(() => response.end(text.slice(1)))
    })
    return { ...server, begun: begun.promise, go: go.resolve }
  }

  test('a file that is deleted for good takes them with it', async () => {
    const { url, begun, go } = await serveSlowly('gone')
    const { id } = await importFile({ url })
    await begun
    expect(await contentOf(id)).toBe('files.not_imported')
    expect((await api.post(`/v1/files/${id}/copy`, {})).status).toBe(409)
    await api.delete(`/v1/files/${id}?permanent=true`)
    go()
    await until('nothing is stray', async () =>
      (await app.checkIntegrity()).findings.length === 0 ? true : undefined,
    )
  })

  test('a file that moves or comes out of the trash gets them there', async () => {
    const moving = await serveSlowly('moved')
    const { id } = await importFile({ url: moving.url })
    await moving.begun
    expect((await api.patch(`/v1/files/${id}`, { space: 'store' })).status).toBe(200)
    moving.go()
    await until('it is stored', async () => ((await contentOf(id)) === 'moved' ? true : undefined))
    expect((await get(id)).status).toBe('stored')
    const thrown = await serveSlowly('back')
    const file = await importFile({ url: thrown.url })
    await thrown.begun
    await api.delete(`/v1/files/${file.id}`)
    thrown.go()
    expect((await api.post(`/v1/files/${file.id}/restore`)).status).toBe(200)
    await waitUntilReady(api, file.id)
    expect(await contentOf(file.id)).toBe('back')
    await until('nothing is stray', async () =>
      (await app.checkIntegrity()).findings.length === 0 ? true : undefined,
    )
  })

  test('nobody else waits for addresses that never answer', async () => {
    const stuck = await Promise.all(Array.from({ length: 8 }, () => serveSlowly('late')))
    const late = await Promise.all(stuck.map(({ url }) => importFile({ url, space: 'store' })))
    await until('its tenant has begun what it may', async () =>
      stuck.filter(({ received }) => received.length > 0).length === 2 ? true : undefined,
    )
    const other = await createTenant(app, { slug: 'patient' })
    const { url } = await serveText('at once')
    const { body } = await other.api.post<File>('/v1/files/import', { url })
    await waitUntilReady(other.api, body.id)
    expect(stuck.filter(({ received }) => received.length > 0)).toHaveLength(2)
    for (const { go } of stuck) go()
    for (const { id } of late) expect((await ended(id)).status).toBe('stored')
  })

  test('a server that stops begins again when it is back', async () => {
    const database = await freshDatabase()
    const first = await startTestApp({
      database,
      settings: { ...settings, BULKHEAD_SHUTDOWN_TIMEOUT_MS: '0' },
    })
    const { url, begun, go, received } = await serveSlowly('after all')
    const { body } = await first.tenant.post<File>('/v1/files/import', { url })
    await begun
    await first.close()
    go()
    const second = await startTestApp({ database, settings })
    await waitUntilReady(second.tenant, body.id)
    expect(received).toHaveLength(2)
    expect((await second.checkIntegrity()).findings).toEqual([])
    await second.close()
    await database.drop()
  })
})
