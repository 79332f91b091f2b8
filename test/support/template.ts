import { randomBytes } from 'node:crypto'
import { cpSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from '#config.ts'
import { servingRoles } from '#platform/db/roles.ts'
import { createMasterKey } from '#platform/vault/index.ts'
import { startApp } from '../../src/app.ts'
import { scratchFolder } from './scratch.ts'
import { withServer } from './connect.ts'

/** A database that was started once and has its first keys; made once a run, every test file works on a copy. */
export type Template = {
  /** Holds the first keys, and the database when it is embedded. */
  dataDir: string
  server: ServerTemplate | undefined
}

export type ServerTemplate = {
  /** URL of a superuser of the cluster. */
  superuser: string
  /** The owner of the tables: plain but for the right to create roles, as an operator would have it. */
  owner: Login
  /** What the server under test logs in as. */
  serving: Login
  database: string
}

type Login = { name: string; password: string }

/**
 * @param superuser a URL of server PostgreSQL; without it the template is an embedded database
 * @param empty a data directory whose embedded database was made and not migrated: making one takes seconds
 */
export async function makeTemplate(superuser: string | undefined, empty?: string): Promise<Template> {
  const server = superuser === undefined ? undefined : await makeServerDatabase(superuser)
  const dataDir = await mkdtemp(join(scratchFolder, 'bulkhead-template-'))
  if (empty !== undefined) cpSync(empty, dataDir, { recursive: true })
  // A server never makes its own: two of them would make two.
  await writeFile(join(dataDir, 'master.key'), createMasterKey())
  const urls = server && {
    BULKHEAD_DATABASE_URL: urlOf(server.superuser, server.database, server.serving),
    BULKHEAD_MIGRATION_DATABASE_URL: urlOf(server.superuser, server.database, server.owner),
  }
  const config = readConfig({ BULKHEAD_DATA_DIR: dataDir, BULKHEAD_LOG_LEVEL: 'warn', ...urls })
  const app = await startApp(config, { http: false, worker: false })
  await app.close()
  return { dataDir, server }
}

export async function dropTemplate({ dataDir, server }: Template): Promise<void> {
  await rm(dataDir, { recursive: true, force: true })
  if (!server) return
  await withServer(server.superuser, async (client) => {
    await client.query(`drop database if exists ${server.database} with (force)`)
    // In this order: the owner is the grantor of what the serving login holds.
    await client.query(`drop role if exists ${server.serving.name}`)
    await client.query(`drop role if exists ${server.owner.name}`)
  })
}

/** The same server, another database, and another login when one is given. */
export function urlOf(superuser: string, database: string, login?: Login): string {
  const url = new URL(superuser)
  url.pathname = `/${database}`
  if (login) {
    url.username = login.name
    url.password = login.password
  }
  return url.href
}

/** An empty database with an owner and a plain login of its own. */
export async function makeServerDatabase(superuser: string): Promise<ServerTemplate> {
  const run = `bulkhead_test_${randomBytes(4).toString('hex')}`
  const owner = { name: `${run}_owner`, password: randomBytes(16).toString('hex') }
  const serving = { name: `${run}_serving`, password: randomBytes(16).toString('hex') }
  const database = `${run}_template`
  await withServer(superuser, async (client) => {
    await client.query(`create role ${owner.name} login createrole password '${owner.password}'`)
    await client.query(`create role ${serving.name} login password '${serving.password}'`)
    // Left by an earlier run: from PostgreSQL 16 on, only who holds a role with admin option may grant it.
    const { rows } = await client.query<{ rolname: string }>(
      'select rolname from pg_roles where rolname = any ($1)',
      [servingRoles],
    )
    for (const { rolname } of rows) {
      await client.query(`grant ${rolname} to ${owner.name} with admin option`)
    }
    await client.query(`create database ${database} owner ${owner.name}`)
  })
  return { superuser, owner, serving, database }
}
