import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Db } from '#platform/db/index.ts'
import { parseId } from '#platform/ids.ts'
import { createLog } from '#platform/log.ts'
import { descendantsOf } from '../../bench/server/read-memory.ts'
import { createCorpus } from '../../bench/speed/write-corpus.ts'
import { createTenant, freshDatabase, startTestApp, until, uploadReady } from '../support/app.ts'
import { endTenant, eraseDeps } from '../support/erase-here.ts'
import { readHere } from '../support/read-here.ts'
import { beginUpload } from '../support/slow-upload.ts'
import { tracesOfId } from '../support/traces.ts'

const database = await freshDatabase()
afterAll(() => database.drop())

/** Lets so many transactions of tenants through, and holds the next one until it is let go. */
function holdAfter(db: Db, count: number) {
  let left = count
  const [reached, released] = [Promise.withResolvers<true>(), Promise.withResolvers<void>()]
  const tenant: Db['tenant'] = async (scope, work) => {
    if (left-- === 0) {
      reached.resolve(true)
      await released.promise
    }
    return db.tenant(scope, work)
  }
  return { db: { ...db, tenant }, reached: reached.promise, release: released.resolve }
}

/** More chunks than are written in one transaction. */
const text = createCorpus(1).writeDocument(220)

test('a tenant is erased while the reading of its file is held at any point, which then ends and leaves nothing', async () => {
  const app = await startTestApp({ database, worker: false })
  const ids: string[] = []
  try {
    for (let count = 0, isHeld = true; isHeld; count++) {
      const created = await createTenant(app, { slug: `held-${count}` })
      const { body } = await created.api.upload<{ id: string }>('clauses.md', text)
      const held = holdAfter(app.db, count)
      const reading = readHere(app, { ...created, file: body.id, text }, { db: held.db })
      isHeld = await Promise.race([held.reached, reading.then(() => false)])
      const { id, erase, status } = await endTenant(app, created)
      await erase(await eraseDeps(app))
      expect(await status()).toBe(404)
      held.release()
      const ending = await reading.then(() => 'as if nothing had happened', String)
      expect(ending).toMatch(/as if nothing had happened|is gone|key/)
      ids.push(id)
    }
  } finally {
    await app.close()
  }
  expect(ids.length).toBeGreaterThan(5)
  for (const id of ids) expect(await tracesOfId(database, id)).toEqual([])
}, 300_000)

test('a job whose document is being read while its tenant is erased ends without an error, and leaves nothing', async () => {
  const lines: { level: number; job?: string; msg: string }[] = []
  const log = createLog('debug', { write: (line: string) => void lines.push(JSON.parse(line)) })
  const app = await startTestApp({ database, log })
  const created = await createTenant(app, { slug: 'held-for-real' })
  await uploadReady(created.api, 'first.md', 'So that a process reads for this tenant.')
  const readers = await descendantsOf(process.pid)
  const path = `/v1/tenants/${created.tenant.id}`
  try {
    expect(readers.length).toBeGreaterThan(0)
    for (const pid of readers) process.kill(pid, 'SIGSTOP')
    await created.api.upload('second.md', text)
    await until('the document lies before its reader', async () =>
      (await documentsInScratch()) > 0 ? true : undefined,
    )
    expect((await app.platform.delete(path)).status).toBe(202)
    await until('it is erased', async () =>
      (await app.platform.get(path)).status === 404 ? true : undefined,
    )
    expect(await documentsInScratch()).toBe(1)
  } finally {
    for (const pid of readers) process.kill(pid, 'SIGCONT')
  }
  const readings = await until('both readings have ended', async () => {
    const ended = lines.filter(({ job }) => job === 'ingest')
    return ended.length === 2 ? ended.map(({ msg }) => msg) : undefined
  })
  expect(readings).toEqual(['job done', 'job ended with its tenant'])
  expect(lines.filter(({ level }) => level >= 50)).toEqual([])
  expect(await documentsInScratch()).toBe(0)
  await app.close()
  expect(await tracesOfId(database, parseId('ten', created.tenant.id) ?? '')).toEqual([])
})

test('an upload that is under way while its tenant is erased is refused, and leaves nothing', async () => {
  const app = await startTestApp({ database })
  const created = await createTenant(app, { slug: 'slow-upload' })
  const id = parseId('ten', created.tenant.id) ?? ''
  const path = `/v1/tenants/${created.tenant.id}`
  const upload = beginUpload(app, created.key, 'slow.md')
  upload.send(text)
  await until('its bytes come in', async () => {
    const incoming = await readdir(join(database.dataDir, 'blobs/incoming'))
    return incoming.some((name) => name.startsWith(id)) ? true : undefined
  })
  expect((await app.platform.delete(path)).status).toBe(202)
  await until('it is erased', async () => ((await app.platform.get(path)).status === 404 ? true : undefined))
  expect(await upload.end('The last of it.')).toMatchObject({
    status: 404,
    body: { code: 'tenants.not_found' },
  })
  await app.close()
  expect(await tracesOfId(database, id)).toEqual([])
})

async function documentsInScratch(): Promise<number> {
  const names = await readdir(join(database.dataDir, 'scratch'), { recursive: true })
  return names.filter((name) => name.endsWith('/document')).length
}
