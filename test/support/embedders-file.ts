import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { letterCount } from './embedding-server.ts'

export type EmbeddersFile = { file: string; remove: () => Promise<void> }

/** The key that the endpoint is to be shown. */
export const endpointKey = 'sk-of-the-operator'

/** A file for `BULKHEAD_EMBEDDERS_FILE`: `far` is the endpoint at `url`, and what else is given. */
export async function writeEmbeddersFile(
  url: string,
  more: Record<string, object> = {},
): Promise<EmbeddersFile> {
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-embedders-'))
  const file = join(folder, 'embedders.json')
  await writeFile(join(folder, 'key'), `${endpointKey}\n`, { mode: 0o600 })
  const far = { kind: 'openai', url, model: 'letters-1', width: letterCount, key_file: 'key', share: 0.5 }
  await writeFile(file, JSON.stringify({ far, ...more }))
  return { file, remove: () => rm(folder, { recursive: true }) }
}
