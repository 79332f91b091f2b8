import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { scratchFolder } from '../../test/support/scratch.ts'
import type { PostgresPrograms } from './find-postgres.ts'

const run = promisify(execFile)

/** Durability costs time and this cluster is thrown away; several apps with full pools work at the same time. */
const serverOptions = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200']

/**
 * Runs `work` with a superuser's URL of a new PostgreSQL cluster on a free loopback port, and removes the cluster
 * whatever happens, an interruption included.
 */
export async function withCluster<T>(
  programs: PostgresPrograms,
  signal: AbortSignal,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(scratchFolder, 'bulkhead-postgres-'))
  const data = join(folder, 'data')
  const { user } = programs
  const call = (program: string, args: string[]) =>
    run(join(programs.folder, program), args, { cwd: folder, ...user })
  const endAtExit = () => endAbruptly(folder, data)
  process.once('exit', endAtExit)
  try {
    const password = randomBytes(16).toString('hex')
    const passwordFile = join(folder, 'password')
    await writeFile(passwordFile, password, { mode: 0o600 })
    if (user) for (const path of [folder, passwordFile]) await chown(path, user.uid, user.gid)
    await call('initdb', [
      `--pgdata=${data}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--no-locale',
      '--no-sync',
    ])
    const port = await freePort()
    const options = [...serverOptions, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`]
    const flags = [`-p ${port}`, ...options.map((option) => `-c ${option}`)].join(' ')
    await call('pg_ctl', ['start', '--wait', '-D', data, '-l', join(folder, 'log'), '-o', flags])
    signal.throwIfAborted()
    return await work(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`)
  } finally {
    process.off('exit', endAtExit)
    await call('pg_ctl', ['stop', '--wait', '-D', data, '-m', 'immediate']).catch(() => undefined)
    await rm(folder, { recursive: true, force: true })
  }
}

/** For a process that ends without another turn. SIGQUIT is PostgreSQL's immediate shutdown. */
function endAbruptly(folder: string, data: string): void {
  try {
    process.kill(Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10), 'SIGQUIT')
  } catch {
    // It had not been started.
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
