import { randomUUID } from 'node:crypto'
import { readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { operatorScope, scopeOfNewTenant } from '#features/access/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { parseId, randomIds } from '#platform/ids.ts'
import { storeVectors } from '../../src/features/search/embedding/store-vectors.ts'
import { createTenant, startTestApp, until, uploadReady } from '../support/app.ts'
import { shippedEmbedders } from '../support/embedder.ts'

const app = await startTestApp()
afterAll(() => app.close())
const { api, tenant } = await createTenant(app, { slug: 'acme' })
const file = await uploadReady(api, 'kept.md', '# Kept\n\nThe keptword.', { external_id: 'kept' })

const findings = async () => (await app.checkIntegrity()).findings

const dropVectors = (tx: TenantTx, fileId: string) =>
  tx.kysely
    .deleteFrom('index_vectors')
    .where('version_id', 'in', (eb) =>
      eb.selectFrom('index_blocks').select('version_id').where('file_id', '=', fileId),
    )
    .execute()

/** Where the bytes of tenants lie, by path. */
async function blobPaths(): Promise<string[]> {
  const root = join(app.database.dataDir, 'blobs')
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

test('after uploads, replacements, deletions and refusals nothing disagrees', async () => {
  const gone = await uploadReady(api, 'gone.md', 'The goneword.')
  await api.upload('kept.md', '# Kept\n\nThe newword.', { external_id: 'kept', on_conflict: 'replace' })
  await api.upload('kept.md', 'refused', { external_id: 'kept' })
  await api.upload('broken.pdf', '%PDF-1.7 broken')
  await api.delete(`/v1/files/${gone.id}?permanent=true`)
  await until('everything has been read', async () => {
    const { body } = await api.get<{ data: { status: string }[] }>('/v1/files')
    return body.data.every(({ status }) => status === 'ready' || status === 'failed') ? true : undefined
  })
  await until('the bytes of the deleted file are gone', async () =>
    (await findings()).length === 0 ? true : undefined,
  )
  expect(await app.checkIntegrity()).toMatchObject({ findings: [], files: 2 })
})

test('vectors that do not fit their block are named, and so are those of a version that is gone', async () => {
  const ids = { id: parseId('ten', tenant.id) ?? '', partnerId: parseId('ptn', tenant.partner_id) ?? '' }
  const scope = scopeOfNewTenant(operatorScope('doctor'), ids)
  const gone = await uploadReady(api, 'gone.md', 'The goneword.')
  const vectorsOf = (chunks: number) => ({
    embedder: shippedEmbedders.default.id,
    width: 1,
    scales: new Float32Array(chunks),
    vectors: new Int8Array(chunks),
  })
  const putVectors = (id: string, chunks: number) =>
    app.db.tenant(scope, async (tx) => {
      tx.unrecorded('derived')
      const block = await tx.kysely
        .selectFrom('index_blocks')
        .select(['space_id', 'version_id'])
        .where('file_id', '=', parseId('fil', id) ?? '')
        .executeTakeFirstOrThrow()
      const place = { spaceId: block.space_id, versionId: block.version_id }
      await storeVectors(tx, randomIds.uuid(), place, vectorsOf(chunks))
    })
  await putVectors(gone.id, 7)
  const problem = 'index block is damaged: it has not one vector a chunk'
  expect(await findings()).toEqual([{ tenant: 'acme', file: gone.id, problem }])
  await api.delete(`/v1/files/${gone.id}`)
  await until('the bytes of the deleted file are gone', async () =>
    (await findings()).length === 0 ? true : undefined,
  )
  await putVectors(gone.id, 1)
  const left = 'has vectors of a version that is not searched any more'
  expect(await findings()).toEqual([{ tenant: 'acme', file: gone.id, problem: left }])
  await app.db.tenant(scope, (tx) => {
    tx.unrecorded('derived')
    return dropVectors(tx, parseId('fil', gone.id) ?? '')
  })
})

test('bytes that belong to no file are named, and so are a file’s bytes that are missing', async () => {
  const [path = ''] = await blobPaths()
  const stray = randomUUID()
  await writeFile(join(path, '..', stray), 'stray')
  expect(await findings()).toEqual([{ tenant: 'acme', problem: `stored bytes ${stray} belong to no file` }])
  const paths = await blobPaths()
  for (const one of paths) await rename(one, join(app.database.dataDir, `${randomUUID()}.aside`))
  const missing = await findings()
  expect(missing.length).toBeGreaterThan(0)
  expect(missing).toContainEqual({ tenant: 'acme', file: file.id, problem: 'its bytes are missing' })
})
