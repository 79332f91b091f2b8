import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { shippedModel } from '../support/embedder.ts'
import { freshDatabase, startTestApp, until, uploadReady } from '../support/app.ts'

const folder = await mkdtemp(join(tmpdir(), 'bulkhead-embedder-'))
afterAll(() => rm(folder, { recursive: true }))

/** The shipped model with one number changed: another model to everybody who looks. */
async function writeOtherModel(): Promise<void> {
  await cp(shippedModel, folder, { recursive: true })
  const table = await readFile(join(folder, 'table.bin'))
  table[table.length - 1]! ^= 1
  await writeFile(join(folder, 'table.bin'), table)
  const sum = createHash('sha256').update(table).digest('hex')
  const sums = await readFile(join(folder, 'SHA256SUMS'), 'utf8')
  await writeFile(join(folder, 'SHA256SUMS'), sums.replace(/^\w+(?= [ *]table)/m, sum))
}

type Found = { results: { file_name: string }[]; mode_used: string; degraded: boolean }

test('after the embedder was exchanged searches are answered by words and say so, until all files have new vectors', async () => {
  const database = await freshDatabase()
  try {
    const first = await startTestApp({ database })
    await uploadReady(first.tenant, 'pump.md', 'The pump needs oil every month.')
    await uploadReady(first.tenant, 'valve.md', 'A valve is dry.')
    const query = 'machine fuel monthly'
    const before = (await first.tenant.post<Found>('/v1/search', { query })).body
    expect(before).toMatchObject({ mode_used: 'hybrid', degraded: false })
    expect(before.results[0]?.file_name).toBe('pump.md')
    await first.close()

    await writeOtherModel()
    const second = await startTestApp({ database, settings: { BULKHEAD_EMBEDDER_DIR: folder } })
    const search = async () => (await second.tenant.post<Found>('/v1/search', { query })).body
    expect(await search()).toMatchObject({ mode_used: 'text', degraded: true, results: [] })
    const after = await until('every file has new vectors', async () => {
      const found = await search()
      return found.degraded ? undefined : found
    })
    expect(after.mode_used).toBe('hybrid')
    expect(after.results[0]?.file_name).toBe('pump.md')
    await second.close()
  } finally {
    await database.drop()
  }
})

test('a server whose embedder is damaged does not start, and says which file it is', async () => {
  await writeOtherModel()
  await writeFile(join(folder, 'vocab.txt'), 'changed')
  const database = await freshDatabase()
  try {
    const starting = startTestApp({ database, settings: { BULKHEAD_EMBEDDER_DIR: folder } })
    await expect(starting).rejects.toThrow(/embedder.*vocab\.txt/)
  } finally {
    await database.drop()
  }
})
