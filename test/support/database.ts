import { randomBytes } from 'node:crypto'
import { cpSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClientBase } from 'pg'
import { lockDirectory } from '#platform/lock.ts'
import { scratchFolder } from './scratch.ts'
import { withEmbedded, withServer } from './connect.ts'
import { type ServerTemplate, type Template, urlOf } from './template.ts'

export type TestDatabase = {
  kind: 'embedded' | 'server'
  dataDir: string
  /** For `readConfig`: how the server finds its data directory and, as the plain serving login, its database. */
  settings: Record<string, string>
  /** The owner's URL for `bulkhead migrate`; an embedded database has none. */
  migrationUrl: string | undefined
  /**
   * SQL on a superuser's connection, whom row security does not bind. While an app runs on an embedded database this
   * refuses: its engine is the app's own. Close the app, look, start it again.
   */
  asOwner: <T>(work: (client: ClientBase) => Promise<T>) => Promise<T>
  drop: () => Promise<void>
}

/**
 * A database of its own that has been started once: migrated, with the first keys in its data directory. On server
 * PostgreSQL when `TEST_DATABASE_URL` names one, else embedded. Only in the projects whose global setup makes the
 * template.
 */
export async function freshDatabase(): Promise<TestDatabase> {
  const variable = process.env['TEST_TEMPLATE']
  if (variable === undefined) {
    throw new Error('no template: this project of vitest.config.ts lacks the global setup in test/support')
  }
  const template: Template = JSON.parse(variable)
  const dataDir = await mkdtemp(join(scratchFolder, 'bulkhead-test-'))
  cpSync(template.dataDir, dataDir, { recursive: true })
  return template.server ? copyServer(template.server, dataDir) : embeddedIn(dataDir)
}

function embeddedIn(dataDir: string): TestDatabase {
  return {
    kind: 'embedded',
    dataDir,
    settings: { BULKHEAD_DATA_DIR: dataDir },
    migrationUrl: undefined,
    asOwner: async (work) => {
      const lock = lockDirectory(dataDir)
      try {
        return await withEmbedded(dataDir, work)
      } finally {
        lock.release()
      }
    },
    drop: () => removeFolder(dataDir),
  }
}

async function copyServer(template: ServerTemplate, dataDir: string): Promise<TestDatabase> {
  const { superuser, owner, serving } = template
  const name = `bulkhead_test_${randomBytes(6).toString('hex')}`
  await withServer(superuser, async (client) => {
    await client.query(`create database ${name} template ${template.database} owner ${owner.name}`)
    // Rights on a database are not copied with it; `migrate` takes this one away.
    await client.query(`revoke temporary on database ${name} from public`)
  })
  return {
    kind: 'server',
    dataDir,
    settings: { BULKHEAD_DATA_DIR: dataDir, BULKHEAD_DATABASE_URL: pooled(urlOf(superuser, name, serving)) },
    migrationUrl: urlOf(superuser, name, owner),
    asOwner: (work) => withServer(urlOf(superuser, name), work),
    drop: async () => {
      await withServer(superuser, (client) => client.query(`drop database ${name} with (force)`))
      await removeFolder(dataDir)
    },
  }
}

/** The server under test goes through the pooler that `TEST_POOLER` names, if any; everybody else past it. */
function pooled(direct: string): string {
  const url = new URL(direct)
  url.host = process.env['TEST_POOLER'] ?? url.host
  return url.href
}

/** An empty database on the server of this run, of a plain login's own; undefined where the run is embedded. */
export async function emptyServerDatabase(): Promise<{ url: string; drop: () => Promise<void> } | undefined> {
  const { server }: Template = JSON.parse(process.env['TEST_TEMPLATE'] ?? '{}')
  if (!server) return undefined
  const name = `bulkhead_test_${randomBytes(6).toString('hex')}`
  await withServer(server.superuser, (client) =>
    client.query(`create database ${name} owner ${server.owner.name}`),
  )
  return {
    url: urlOf(server.superuser, name, server.owner),
    drop: async () => {
      await withServer(server.superuser, (client) => client.query(`drop database ${name} with (force)`))
    },
  }
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}
