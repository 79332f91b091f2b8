import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../config.ts'
import { connect, type Connection } from '../connection.ts'
import { startOrExplain } from '../start-or-explain.ts'

export type Stage = {
  url: string
  directory: string
  platform: Connection
  /** Keeps a key for `--keep`, readable by its owner alone. */
  keepKey: (name: string, secret: string) => Promise<void>
  /** Stops the server and removes the directory. */
  close: () => Promise<void>
}

/** A real server in this process on a free port, with an empty database in a directory of its own. */
export async function openStage(): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'bulkhead-demo-'))
  const remove = () => rm(directory, { recursive: true, force: true })
  try {
    // Settings of the environment are left out: the demo must not touch a real database.
    const config = readConfig({
      BULKHEAD_DATA_DIR: directory,
      BULKHEAD_PORT: '0',
      BULKHEAD_LOG_LEVEL: 'silent',
    })
    const app = await startOrExplain(config, {})
    if (!app.firstKeys) throw new Error('a new database came without first keys')
    return {
      url: app.url,
      directory,
      platform: connect(app.url, app.firstKeys.platform),
      keepKey: (name, secret) => writeFile(join(directory, `${name}.key`), `${secret}\n`, { mode: 0o600 }),
      close: async () => {
        await app.close()
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}
