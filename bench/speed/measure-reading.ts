import type { Api } from '#isolation/server/client.ts'
import { expectStatus } from '../server/create-tenant.ts'
import { inParallel } from '../server/in-parallel.ts'
import { listFiles, type ListedFile, waitUntilRead } from '../server/list-files.ts'
import type { LocalFile } from '../server/read-folder.ts'

export type Reading = { seconds: number; files: ListedFile[] }

const lanes = 4

/** Uploads into a new space: the time from the first byte sent to the last file ready. @throws when one is not read */
export async function measureReading(api: Api, space: string, files: readonly LocalFile[]): Promise<Reading> {
  expectStatus(201, await api.post('/v1/spaces', { slug: space }))
  const started = performance.now()
  await inParallel(files, lanes, async ({ name, content }) => {
    expectStatus(201, await api.upload(name, content, { space }))
  })
  await waitUntilRead(api, 60_000 + files.length * 60_000)
  const seconds = (performance.now() - started) / 1000
  const listed = await listFiles(api, space)
  const failed = listed.filter(({ status }) => status !== 'ready')
  if (failed.length > 0 || listed.length !== files.length) {
    const reasons = failed.map(({ name, failure }) => `${name} (${failure?.reason})`)
    throw new Error(
      `${listed.length} of ${files.length} files are listed, not ready: ${reasons.join(', ') || 'none'}`,
    )
  }
  return { seconds, files: listed }
}

export function sumOf(files: readonly ListedFile[], count: 'page_count' | 'chunk_count'): number {
  return files.reduce((sum, file) => sum + (file[count] ?? 0), 0)
}
