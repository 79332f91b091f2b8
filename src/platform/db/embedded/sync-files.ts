import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Open files at a time: the disk is the limit, not the number of requests. */
const parallel = 8

/**
 * Flushes every file and folder below `folder` to disk (fsync): the log before the data, as PostgreSQL does, so that
 * a power failure in between leaves pages that the log can mend. Files that vanish meanwhile are passed over.
 */
export async function syncFiles(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
  const log = paths.filter((path) => path.startsWith(join(folder, 'pg_wal')))
  const rest = paths.filter((path) => !path.startsWith(join(folder, 'pg_wal')))
  await syncAll(log)
  await syncAll([...rest, folder])
}

async function syncAll(paths: string[]): Promise<void> {
  const next = paths.values()
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (const path of next) await syncOne(path)
    }),
  )
}

async function syncOne(path: string): Promise<void> {
  try {
    await using file = await open(path)
    await file.sync()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
