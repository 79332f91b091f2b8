import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, chmod, chown, constants, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { RunAs } from './find-postgres.ts'
import { freePort } from './with-cluster.ts'

/** So few that many tenants have to take turns on each: what one left behind would meet another. */
const poolSize = 2

export type Bouncer = {
  program: string
  runAs: RunAs
  /** URL of the login that reads the others' password hashes. */
  superuser: string
  mode: 'transaction' | 'statement'
}

/**
 * Runs `work` with the address of a PgBouncer in front of that server, whatever the database and the login, and ends it
 * whatever happens. It has no setting beyond those that an operator needs.
 */
export async function withPgbouncer<T>(
  { program, runAs, superuser, mode }: Bouncer,
  work: (address: string) => Promise<T>,
): Promise<T> {
  // Within a test run the temporary folder is closed to other users, whom the pooler may have to run as.
  const folder = await mkdtemp(join(runAs ? '/tmp' : tmpdir(), 'bulkhead-pgbouncer-'))
  const port = await freePort()
  let bouncer: ChildProcess | undefined
  try {
    await writeSettings(folder, port, new URL(superuser), runAs, mode)
    bouncer = spawn(program, ['-q', join(folder, 'pgbouncer.ini')], {
      stdio: 'inherit',
      cwd: folder,
      ...runAs,
    })
    await untilListening(bouncer, port)
    return await work(`127.0.0.1:${port}`)
  } finally {
    if (bouncer) await end(bouncer)
    await rm(folder, { recursive: true, force: true })
  }
}

/** The program's path, or undefined. Debian keeps it where only administrators look. */
export async function findPgbouncer(): Promise<string | undefined> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  for (const folder of folders) {
    const program = join(folder, 'pgbouncer')
    const found = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return program
  }
  return undefined
}

async function writeSettings(
  folder: string,
  port: number,
  server: URL,
  runAs: RunAs,
  mode: Bouncer['mode'],
): Promise<void> {
  const [user, password] = [server.username, server.password].map(decodeURIComponent)
  const files = {
    'users.txt': `"${user}" "${password}"\n`,
    'pgbouncer.ini': `[databases]
* = host=${server.hostname} port=${server.port || 5432} auth_user=${user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(folder, 'users.txt')}
auth_query = select usename, passwd from pg_catalog.pg_shadow where usename = $1
pool_mode = ${mode}
default_pool_size = ${poolSize}
max_client_conn = 500
`,
  }
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text, { mode: 0o600 })
    if (runAs) await chown(join(folder, name), runAs.uid, runAs.gid)
  }
  await chmod(folder, 0o755)
}

async function untilListening(bouncer: ChildProcess, port: number): Promise<void> {
  const failed = once(bouncer, 'error').then(([error]) => Promise.reject(error as Error))
  failed.catch(() => {})
  for (const deadline = performance.now() + 10_000; ;) {
    const listening = await Promise.race([answers(port), failed])
    if (listening) return
    if (bouncer.exitCode !== null) throw new Error(`PgBouncer ended with ${bouncer.exitCode}: see above`)
    if (performance.now() > deadline) throw new Error('PgBouncer does not listen')
    await pause(20)
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => resolve(false))
    socket.on('connect', () => socket.end(() => resolve(true)))
  })
}

async function end(bouncer: ChildProcess): Promise<void> {
  if (bouncer.exitCode !== null || bouncer.signalCode !== null) return
  const ended = once(bouncer, 'exit')
  bouncer.kill('SIGTERM')
  await ended
}
