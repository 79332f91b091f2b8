import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMasterKey } from '#platform/vault/index.ts'
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
} from '../support/app.ts'
import { keyringKinds, openTestKeyring, type TestKeyring } from '../support/keyrings.ts'
import { expectReadable, retired, rotate, rotated, rotationOf, versionsOf } from '../support/rotation.ts'

type Keyring = { master_key: string; keys: number; keys_left: number; is_rewrapping: boolean }

describe.each(keyringKinds)('with the keyring in a %s', (kind) => {
  let database: TestDatabase
  let keyring: TestKeyring
  let app: TestApp
  let acme: TestTenant
  let neighbour: TestTenant

  const start = (settings: Record<string, string> = {}) =>
    startTestApp({
      database,
      settings: { ...keyring.settings, BULKHEAD_KEY_MEMORY_MS: '400', ...settings },
    })

  beforeAll(async () => {
    database = await freshDatabase()
    keyring = await openTestKeyring(kind, database)
    app = await start()
    acme = await createTenant(app, { slug: 'acme' })
    neighbour = await createTenant(app, { slug: 'globex' })
  })
  afterAll(async () => {
    await app.close()
    await database.drop()
    await keyring.drop()
  })

  /** A restarted app has another port. */
  const apiOf = ({ key }: TestTenant) => client(app.url, key)

  test('a tenant’s data key is replaced, everything opens with the new one, and the old one is gone', async () => {
    const file = await uploadReady(
      apiOf(acme),
      'terms.md',
      '# Terms of Quillfeather\n\nThe Quillfeather clause.',
    )
    const other = await uploadReady(apiOf(neighbour), 'terms.md', 'The Brambleforge clause.')
    await rotate(app, acme)
    expect(await rotated(app, acme)).toMatchObject({ sealing_key: 2, oldest_key: 2, pieces_left: 0 })
    await retired(keyring, acme, [2])
    expect(await versionsOf(keyring, neighbour)).toEqual([1])
    await app.close()
    app = await start()
    await expectReadable(apiOf(acme), file.id, 'Quillfeather')
    await expectReadable(apiOf(neighbour), other.id, 'Brambleforge')
    expect(await app.checkIntegrity()).toMatchObject({ findings: [] })
  })

  test('a suspended tenant’s content is sealed anew too, and a deleted file is in nobody’s way', async () => {
    const file = await uploadReady(apiOf(neighbour), 'more.md', 'The Ospreylantern clause.')
    const gone = await uploadReady(apiOf(neighbour), 'gone.md', 'The Gonefeather clause.')
    await app.platform.post(`/v1/tenants/${neighbour.tenant.id}/suspend`)
    await rotate(app, neighbour)
    await rotated(app, neighbour)
    await app.platform.post(`/v1/tenants/${neighbour.tenant.id}/resume`)
    await expectReadable(apiOf(neighbour), file.id, 'Ospreylantern')
    await rotate(app, neighbour)
    await apiOf(neighbour).delete(`/v1/files/${gone.id}`)
    await rotated(app, neighbour)
    await retired(keyring, neighbour, [3])
    await expectReadable(apiOf(neighbour), file.id, 'Ospreylantern')
  })

  test('nothing is unreadable for a moment while a key is replaced, and what is written meanwhile opens after it', async () => {
    const files: string[] = []
    for (let i = 0; i < 6; i++) {
      files.push((await uploadReady(apiOf(acme), `meanwhile ${i}.md`, `The Thistledown clause ${i}.`)).id)
    }
    await rotate(app, acme)
    for (let i = 0, done = false; !done; i++) {
      done = (await rotationOf(app, acme)).state === 'done'
      files.push((await uploadReady(apiOf(acme), `later ${i}.md`, `The Thistledown rider ${i}.`)).id)
      await Promise.all(files.map((file) => expectReadable(apiOf(acme), file, 'Thistledown')))
      const [first = ''] = files.splice(0, 1)
      expect((await apiOf(acme).delete(`/v1/files/${first}`)).status).toBe(204)
    }
    await retired(keyring, acme, [3])
    for (const file of files) await expectReadable(apiOf(acme), file, 'Thistledown')
    expect((await app.checkSeals()).findings).toEqual([])
  })

  test('the master key is replaced and the former one is needed no more', async () => {
    const file = await uploadReady(apiOf(acme), 'master.md', 'The Larkspur clause.')
    const former = (await readFile(join(database.dataDir, 'master.key'), 'utf8')).trim()
    const before = (await app.platform.get<Keyring>('/v1/keyring')).body
    const next = createMasterKey()
    const isEmbedded = database.kind === 'embedded'
    // The file of an embedded start is the server's to change; settings are the operator's.
    const settings = isEmbedded ? {} : { BULKHEAD_MASTER_KEY: next, BULKHEAD_FORMER_MASTER_KEYS: former }
    await app.close()
    app = await start(settings)
    const { status } = await app.platform.post('/v1/keyring/rotate-master', {
      from: before.master_key,
    })
    expect(status).toBe(202)
    const after = await until('nothing is left', async () => {
      const { body } = await app.platform.get<Keyring>('/v1/keyring')
      return body.keys_left === 0 && !body.is_rewrapping ? body : undefined
    })
    expect(after.keys).toBe(before.keys)
    expect(after.master_key).not.toBe(before.master_key)
    await app.close()
    await expect(start({ BULKHEAD_MASTER_KEY: former })).rejects.toThrow(/Restore the right one/)
    app = await start(isEmbedded ? {} : { BULKHEAD_MASTER_KEY: next })
    expect((await readFile(join(database.dataDir, 'master.key'), 'utf8')).trim() === former).toBe(!isEmbedded)
    await expectReadable(apiOf(acme), file.id, 'Larkspur')
  })
})
