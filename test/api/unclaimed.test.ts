import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFileSystemBlobs } from '#adapters/blobs/file-system.ts'
import { sealBlobs } from '#adapters/blobs/sealed.ts'
import { openFileKeyring } from '#adapters/keyring/file.ts'
import { removeGoneTenants } from '#features/lifecycle/index.ts'
import { systemClock } from '#platform/clock.ts'
import { parseId, randomIds } from '#platform/ids.ts'
import { createMasterKey, createVault, parseMasterKey } from '#platform/vault/index.ts'
import { freshDatabase, startTestApp, type TestApp, until, uploadReady } from '../support/app.ts'

/** As the database has it. */
async function idOfTenant(app: TestApp): Promise<string> {
  const me = await app.tenant.get<{ tenant_id: string }>('/v1/me')
  return parseId('ten', me.body.tenant_id) ?? ''
}

async function writeBlob(folder: string, blob: string): Promise<void> {
  await mkdir(join(folder, blob.slice(-2)), { recursive: true })
  await writeFile(join(folder, blob.slice(-2), blob), randomBytes(64))
}

test('bytes that a crash left without a file go at the next start; a file’s own stays', async () => {
  const database = await freshDatabase()
  try {
    const first = await startTestApp({ database })
    const file = await uploadReady(first.tenant, 'kept.md', 'The fee is due on the first.')
    const folder = join(database.dataDir, 'blobs', await idOfTenant(first))
    await first.close()

    // Named as an upload of two days ago would be: the first 48 bits are its time.
    const old = (Date.now() - 2 * 24 * 3600 * 1000).toString(16).padStart(12, '0')
    const left = `${old.slice(0, 8)}-${old.slice(8)}-7${randomIds.uuid().slice(15)}`
    await writeBlob(folder, left)

    const second = await startTestApp({ database })
    await until('the left bytes are gone', async () => {
      const names = await readdir(folder, { recursive: true })
      return names.some((name) => name.endsWith(left)) ? undefined : true
    })
    expect((await second.tenant.get(`/v1/files/${file.id}/content`)).status).toBe(200)
    expect(await second.checkIntegrity()).toMatchObject({ findings: [] })
    await second.close()
  } finally {
    await database.drop()
  }
})

test('what is left of a tenant that is no more goes at the next start, but nothing of one that has a key', async () => {
  const database = await freshDatabase()
  const [blobs, keys] = ['blobs', 'keyring'].map((name) => join(database.dataDir, name))
  const [gone, coming, newer] = [randomUUID(), randomUUID(), randomUUID()]
  try {
    const first = await startTestApp({ database })
    const file = await uploadReady(first.tenant, 'kept.md', 'The fee is due on the first.')
    const kept = await idOfTenant(first)
    await first.close()
    for (const id of [gone, newer]) await writeBlob(join(blobs ?? '', id), randomIds.uuid())
    await writeFile(join(blobs ?? '', 'incoming', `${coming}.${randomIds.uuid()}`), 'cut off')
    const keyring = await openFileKeyring(keys ?? '')
    const [key] = await keyring.read(kept)
    if (key) await keyring.add(newer, key)

    const second = await startTestApp({ database })
    const left = await until('nothing is left of those that are no more', async () => {
      const names = await readdir(blobs ?? '', { recursive: true })
      return names.some((name) => name.includes(gone) || name.includes(coming)) ? undefined : names
    })
    expect(left.filter((name) => name.startsWith(newer))).toHaveLength(3)
    expect((await second.tenant.get(`/v1/files/${file.id}/content`)).status).toBe(200)
    await second.close()
  } finally {
    await database.drop()
  }
})

test('files of which a database knows no tenant at all belong to another one, and stay', async () => {
  const app = await startTestApp({ worker: false })
  try {
    const root = join(app.database.dataDir, 'blobs')
    const stranger = join(root, randomUUID())
    await writeBlob(stranger, randomIds.uuid())
    const keyring = await openFileKeyring(join(app.database.dataDir, 'keyring'))
    const masters = { current: parseMasterKey(createMasterKey()), others: [] }
    const vault = createVault({ keyring, masters, clock: systemClock, rememberMs: 0 })
    const blobs = sealBlobs(await openFileSystemBlobs(root), vault)
    const sweep = () => removeGoneTenants({ db: app.db, blobs, vault }, new AbortController().signal)
    expect(await sweep()).toBe(0)
    expect(await readdir(stranger, { recursive: true })).toHaveLength(2)
    await app.tenant.upload('own.md', 'From here on the files are of this database.')
    expect(await sweep()).toBe(1)
    expect(await readdir(root)).toHaveLength(2)
  } finally {
    await app.close()
  }
})
