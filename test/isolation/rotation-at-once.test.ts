import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMasterKey } from '#platform/vault/index.ts'
import { parseId } from '#platform/ids.ts'
import {
  client,
  createTenant,
  freshDatabase,
  startTestApp,
  type TestApp,
  type TestDatabase,
  type TestTenant,
  until,
  uploadReady,
  waitUntilReady,
} from '../support/app.ts'
import { keyringKinds, openTestKeyring, type TestKeyring } from '../support/keyrings.ts'
import { expectReadable, retired, rotate, rotated, rotationOf, versionsOf } from '../support/rotation.ts'
import { testTimeoutMs } from '../support/scale.ts'
import { beginUpload } from '../support/slow-upload.ts'

/** In a sealed blob: magic u32, key version u32. */
const keyVersionAt = 4

type Keyring = { master_key: string; keys: number; keys_left: number; is_rewrapping: boolean }

describe.each(keyringKinds)('with the keyring in a %s', { timeout: 3 * testTimeoutMs }, (kind) => {
  let database: TestDatabase
  let keyring: TestKeyring
  let app: TestApp

  const start = (settings: Record<string, string> = {}) =>
    startTestApp({
      database,
      settings: { ...keyring.settings, BULKHEAD_KEY_MEMORY_MS: '400', ...settings },
    })
  beforeAll(async () => {
    database = await freshDatabase()
    keyring = await openTestKeyring(kind, database)
    app = await start()
  })
  afterAll(async () => {
    await app.close()
    await database.drop()
    await keyring.drop()
  })

  const blobsOf = async ({ tenant }: TestTenant) => {
    const root = join(database.dataDir, 'blobs')
    const id = parseId('ten', tenant.id) ?? ''
    const names = await readdir(root, { recursive: true })
    return {
      incoming: names.filter((name) => name.startsWith(`incoming/${id}`)),
      stored: names.filter((name) => name.startsWith(`${id}/`) && name.length > id.length + 5),
      versionIn: async (name: string) => (await readFile(join(root, name))).readUInt32BE(keyVersionAt),
    }
  }

  /** The jobs of a kind that were ever queued for a tenant. */
  const jobsOf = async (queue: string, { tenant }: TestTenant) => {
    const { rows } = await app.db.system('run-jobs', (tx) =>
      tx.execute(
        `select state, retry_count from pgboss.job where name = $1 and data ->> 'tenant_id' = $2 order by created_on`,
        [queue, parseId('ten', tenant.id)],
      ),
    )
    return rows
  }

  test('an upload that outlives the data key it began with is sealed with the newest one and readable', async () => {
    const acme = await createTenant(app, { slug: 'slow' })
    const upload = beginUpload(app, acme.key, 'slow.md')
    upload.send('# Terms\n\n')
    upload.send(`${'The Slowfeather clause holds. '.repeat(20)}\n\n`.repeat(400))
    await until('the server has begun to seal', async () => {
      const { incoming } = await blobsOf(acme)
      return incoming.length > 0 ? true : undefined
    })
    await rotate(app, acme)
    await rotated(app, acme)
    await retired(keyring, acme, [2])
    expect((await blobsOf(acme)).stored).toEqual([])
    const { status, body } = await upload.end('The Lastfeather clause.\n')
    expect(status).toBe(201)
    await waitUntilReady(acme.api, body.id)

    await app.close()
    app = await start()
    const api = client(app.url, acme.key)
    await expectReadable(api, body.id, 'Slowfeather')
    const text = await api.get<string>(`/v1/files/${body.id}/text`)
    expect(text.body.slice(-100)).toContain('The Lastfeather clause.')
    const { stored, versionIn } = await blobsOf(acme)
    expect(stored).toHaveLength(1)
    expect(await versionIn(stored[0] ?? '')).toBe(2)
    expect((await app.checkSeals()).findings).toEqual([])
    expect((await app.checkIntegrity()).findings).toEqual([])
  })

  test('an upload whose bytes are kept under a key that is retired before the upload ends is refused, and leaves nothing', async () => {
    const acme = await createTenant(app, { slug: 'refused' })
    const upload = beginUpload(app, acme.key, 'slow.md')
    upload.send('The Lostfeather clause holds.')
    upload.goOnWith('origin')
    await until('the bytes are kept', async () =>
      (await blobsOf(acme)).stored.length > 0 ? true : undefined,
    )
    await rotate(app, acme)
    await rotated(app, acme)
    await retired(keyring, acme, [2])
    const { status, body } = await upload.end('mail')
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'files.key_changed' })
    expect((await blobsOf(acme)).stored).toEqual([])
    const again = await uploadReady(acme.api, 'again.md', 'The Foundfeather clause holds.')
    await expectReadable(acme.api, again.id, 'Foundfeather')
    expect((await app.checkSeals()).findings).toEqual([])
  })

  test('a run of an earlier replacement that comes late changes nothing, and ends', async () => {
    const acme = await createTenant(app, { slug: 'late' })
    const file = await uploadReady(acme.api, 'terms.md', 'The Latefeather clause.')
    for (const version of [2, 3]) {
      await rotate(app, acme)
      await rotated(app, acme)
      await retired(keyring, acme, [version])
    }
    const before = await rotationOf(app, acme)
    const again = `insert into pgboss.job (name, data) select name, data from pgboss.job
      where name = 'reseal' and data ->> 'tenant_id' = $1 and data -> 'input' ->> 'key' = '2' limit 1`
    await app.db.system('run-jobs', (tx) => tx.execute(again, [parseId('ten', acme.tenant.id)]))
    const late = await until('it was run', async () => {
      const jobs = await jobsOf('reseal', acme)
      const isOver = ({ state }: (typeof jobs)[number]) => state === 'completed' || state === 'retry'
      return jobs.length === 3 && jobs.every(isOver) ? jobs : undefined
    })
    expect(late.map(({ state }) => state)).toEqual(['completed', 'completed', 'completed'])
    expect(await rotationOf(app, acme)).toEqual(before)
    await expectReadable(acme.api, file.id, 'Latefeather')
  })

  describe.runIf(process.env['TEST_DATABASE_URL'])('two servers on one database', () => {
    let other: TestApp
    beforeAll(async () => {
      other = await start()
    })
    afterAll(() => other.close())

    test('that replace one tenant’s data key at the same moment make one new key, and retire the old one once', async () => {
      const acme = await createTenant(app, { slug: 'twice' })
      const files: string[] = []
      for (let i = 0; i < 5; i++) {
        files.push((await uploadReady(acme.api, `clause ${i}.md`, `The Twicefeather clause ${i}.`)).id)
      }
      await Promise.all([app, other, app, other].map((server) => rotate(server, acme)))
      expect((await versionsOf(keyring, acme)).at(-1)).toBe(2)
      await Promise.all([app, other].map((server) => rotated(server, acme)))
      await retired(keyring, acme, [2])
      await until('every run has ended', async () =>
        (await jobsOf('reseal', acme)).every(({ state }) => state === 'completed') ? true : undefined,
      )
      expect((await jobsOf('reseal', acme)).length).toBeGreaterThan(1)
      expect(await jobsOf('retire-keys', acme)).toHaveLength(1)
      for (const server of [app, other]) {
        for (const file of files) await expectReadable(client(server.url, acme.key), file, 'Twicefeather')
      }
      expect((await app.checkSeals()).findings).toEqual([])
    })

    test('that replace the master key at the same moment leave nothing under the former one', async () => {
      const acme = await createTenant(app, { slug: 'master' })
      const file = await uploadReady(acme.api, 'terms.md', 'The Masterfeather clause.')
      await Promise.all(Array.from({ length: 20 }, (_, i) => createTenant(app, { slug: `one-of-many-${i}` })))
      const former = (await readFile(join(database.dataDir, 'master.key'), 'utf8')).trim()
      const next = createMasterKey()
      const both = { BULKHEAD_MASTER_KEY: next, BULKHEAD_FORMER_MASTER_KEYS: former }
      await Promise.all([app.close(), other.close()])
      ;[app, other] = [await start(both), await start(both)]
      const before = (await app.platform.get<Keyring>('/v1/keyring')).body
      expect(before.keys_left).toBe(before.keys)
      const born = Promise.all([app, other].map((server, i) => createTenant(server, { slug: `born-${i}` })))
      for (const server of [app, other]) {
        const { status } = await server.platform.post('/v1/keyring/rotate-master', {
          from: before.master_key,
        })
        expect(status).toBe(202)
      }
      for (const server of [app, other]) {
        await until('nothing is left', async () => {
          const { body } = await server.platform.get<Keyring>('/v1/keyring')
          return body.keys_left === 0 && !body.is_rewrapping ? body : undefined
        })
      }
      await born
      const after = (await app.platform.get<Keyring>('/v1/keyring')).body
      expect(after).toMatchObject({ keys: before.keys + 2, keys_left: 0 })
      await Promise.all([app.close(), other.close()])
      ;[app, other] = [await start({ BULKHEAD_MASTER_KEY: next }), await start({ BULKHEAD_MASTER_KEY: next })]
      for (const server of [app, other]) {
        await expectReadable(client(server.url, acme.key), file.id, 'Masterfeather')
      }
      expect((await app.checkSeals()).findings).toEqual([])
    })
  })
})
