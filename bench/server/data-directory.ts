import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Api, client } from '#isolation/server/client.ts'

/** An empty data directory that goes when this process ends. */
export function createDataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'bulkhead-bench-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A caller with the first key of a level. @throws when the database had been started before with another directory */
export async function openApi(url: string, dataDir: string, level: 'platform' | 'tenant'): Promise<Api> {
  const file = join(dataDir, `${level}.key`)
  const key = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`no ${level} key was made at the first start: name an empty database`, { cause })
  })
  return client(url, key.trim())
}
