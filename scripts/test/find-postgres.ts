import { execFile } from 'node:child_process'
import { access, constants, glob } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type PostgresPrograms = {
  folder: string
  /** As it names itself, e.g. `PostgreSQL 15.13`. */
  version: string
  user: RunAs
}

/** Whom to run a program as that refuses root. Undefined for the present user. */
export type RunAs = { uid: number; gid: number } | undefined

/** The newest programs on this machine, or the sentence that says what is missing. */
export async function findPostgres(): Promise<PostgresPrograms | string> {
  const folders = [...(await debianFolders()), ...(process.env['PATH'] ?? '').split(delimiter)]
  const usable = await Promise.all(folders.map(hasPrograms))
  const folder = folders.find((_, i) => usable[i])
  if (folder === undefined) {
    return 'Neither TEST_DATABASE_URL is set nor are initdb and pg_ctl in PATH or /usr/lib/postgresql (on Debian: apt install postgresql).'
  }
  const user = await findUnprivileged()
  if (user === 'missing')
    return `PostgreSQL does not run as root, and there is no user "postgres" to run ${folder} as.`
  const { stdout } = await run(join(folder, 'pg_ctl'), ['--version'])
  return { folder, user, version: stdout.trim().replace(/^.*\(PostgreSQL\) /, 'PostgreSQL ') }
}

/** Newest first. */
async function debianFolders(): Promise<string[]> {
  const found: string[] = []
  for await (const folder of glob('/usr/lib/postgresql/*/bin')) found.push(folder)
  return found.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
}

async function hasPrograms(folder: string): Promise<boolean> {
  const programs = ['initdb', 'pg_ctl', 'postgres'].map((name) => access(join(folder, name), constants.X_OK))
  return Promise.all(programs).then(
    () => true,
    () => false,
  )
}

/** The user to run a server as when the present one is root. */
export async function findUnprivileged(): Promise<RunAs | 'missing'> {
  if (process.getuid?.() !== 0) return undefined
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map((part) => run('id', [part, 'postgres'])))
    return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
  } catch {
    return 'missing'
  }
}
