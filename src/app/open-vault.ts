import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openFileKeyring } from '#adapters/keyring/file.ts'
import { operatorScope } from '#features/access/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db } from '#platform/db/index.ts'
import { writeNew } from '#platform/durable-files.ts'
import {
  checkKeyring,
  createMasterKey,
  createVault,
  type MasterKey,
  parseMasterKey,
  type Vault,
} from '#platform/vault/index.ts'
import type { Config } from '../config.ts'
import { StartRefused } from '#platform/errors.ts'

export type OpenVault = {
  vault: Vault
  /** Refuses to serve content that this master key or this keyring cannot open. */
  check: (db: Db) => Promise<void>
}

/** The keys of tenants' content: a keyring on disk, sealed by the master key. */
export async function openVault(config: Config, clock: Clock): Promise<OpenVault> {
  const folder = config.keyringDir ?? join(config.dataDir, 'keyring')
  const master = config.masterKey ?? (await readMasterKey(config))
  const keyring = await openFileKeyring(folder)
  return {
    vault: createVault({ keyring, master, clock }),
    check: async (db) => checkKeyring(keyring, master, await hasTenants(db)),
  }
}

/** Made at the very first start on an embedded database and never again: a new one would open nothing that is there. */
async function readMasterKey(config: Config): Promise<MasterKey> {
  const file = join(config.dataDir, 'master.key')
  if (!existsSync(file)) {
    if (config.databaseUrl !== undefined) {
      throw new StartRefused(
        'Set BULKHEAD_MASTER_KEY to the output of `openssl rand -base64 32`, and keep a copy of it.',
      )
    }
    if (existsSync(join(config.dataDir, 'postgres'))) {
      throw new StartRefused(
        `The master key ${file} is missing. Without it no content can be read: restore it, or set BULKHEAD_MASTER_KEY.`,
      )
    }
    await writeNew(file, `${createMasterKey()}\n`)
  }
  return parseMasterKey(await readFile(file, 'utf8'))
}

function hasTenants(db: Db): Promise<boolean> {
  return db.platform(operatorScope('first-start'), async (tx) => {
    const tenant = await tx.kysely.selectFrom('tenants').select('id').limit(1).executeTakeFirst()
    return tenant !== undefined
  })
}
