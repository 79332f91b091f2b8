import { randomBytes } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseId, randomIds } from '#platform/ids.ts'
import { freshDatabase, startTestApp, until, uploadReady } from '../support/app.ts'

test('bytes that a crash left without a file go at the next start; a file’s own stays', async () => {
  const database = await freshDatabase()
  try {
    const first = await startTestApp({ database })
    const file = await uploadReady(first.tenant, 'kept.md', 'The fee is due on the first.')
    const me = await first.tenant.get<{ tenant_id: string }>('/v1/me')
    const folder = join(database.dataDir, 'blobs', parseId('ten', me.body.tenant_id) ?? '')
    await first.close()

    // Named as an upload of two days ago would be: the first 48 bits are its time.
    const old = (Date.now() - 2 * 24 * 3600 * 1000).toString(16).padStart(12, '0')
    const left = `${old.slice(0, 8)}-${old.slice(8)}-7${randomIds.uuid().slice(15)}`
    await mkdir(join(folder, left.slice(-2)), { recursive: true })
    await writeFile(join(folder, left.slice(-2), left), randomBytes(64))

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
