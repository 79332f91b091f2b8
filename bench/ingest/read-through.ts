import type { Api } from '#isolation/server/client.ts'
import { expectStatus } from '../server/create-tenant.ts'
import { inParallel } from '../server/in-parallel.ts'
import { listFiles, waitUntilRead } from '../server/list-files.ts'
import type { LocalFile } from '../server/read-folder.ts'

const lanes = 4

/** From the first byte sent until every file is ready to be searched, or has said why it cannot be. */
export async function readThrough(
  api: Api,
  files: readonly LocalFile[],
): Promise<{ seconds: number; ready: number; failed: number }> {
  const started = performance.now()
  await inParallel(files, lanes, async ({ name, content }) => {
    expectStatus(201, await api.upload(name, content))
  })
  await waitUntilRead(api, 600_000 + files.length * 60_000)
  const seconds = (performance.now() - started) / 1000
  const listed = await listFiles(api)
  const ready = listed.filter(({ status }) => status === 'ready').length
  if (listed.length !== files.length) throw new Error(`${listed.length} of ${files.length} files are listed`)
  return { seconds, ready, failed: listed.length - ready }
}
