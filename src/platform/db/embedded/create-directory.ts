import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EmbeddedEnded } from './errors.ts'
import { syncFiles } from './sync-files.ts'

const maker = fileURLToPath(new URL('create-directory.process.ts', import.meta.url))

/**
 * Makes an empty database where there is none. It is made beside its place and moved there when it is whole, so that a
 * kill in between leaves nothing that looks like one; and in a process of its own, because the 400 MB that it takes are
 * given back only by a process's end.
 */
export async function createDirectory(dataDir: string): Promise<void> {
  if (existsSync(join(dataDir, 'PG_VERSION'))) return
  const making = `${dataDir}.making`
  await rm(making, { recursive: true, force: true })
  await mkdir(dirname(dataDir), { recursive: true, mode: 0o700 })
  await mkdir(making, { mode: 0o700 })
  const child = fork(maker, [making], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new EmbeddedEnded('the embedded database could not be made')
  await syncFiles(making)
  await rmdir(dataDir).catch(() => {}) // an empty one may stand there
  await rename(making, dataDir)
}
