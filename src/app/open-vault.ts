import { operatorScope } from '#features/access/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db } from '#platform/db/index.ts'
import type { Log } from '#platform/log.ts'
import { checkKeyring, createVault, type Vault } from '#platform/vault/index.ts'
import type { Config } from '../config.ts'
import { openKeyring } from './open-keyring.ts'
import { masterKeyFile, readMasterKeys } from './read-master-keys.ts'
import { createMasterRotation, type RunningMasterRotation } from './rotate-master-key.ts'

export type OpenVault = {
  vault: Vault
  masterRotation: RunningMasterRotation
  /** Refuses to serve content that these master keys or this keyring cannot open. */
  check: (db: Db) => Promise<void>
  close: () => Promise<void>
}

/** The keys of tenants' content: a keyring, sealed by the master key. */
export async function openVault(
  config: Config,
  { clock, log }: { clock: Clock; log: Log },
): Promise<OpenVault> {
  const masters = await readMasterKeys(config)
  const { kind, keyring, assertApart } = await openKeyring(config)
  const vault = createVault({ keyring, masters, clock, rememberMs: config.keyMemoryMs })
  // Several servers that read one file would each have to hear of a new key in it: there the settings give it.
  const isOwnFile = config.masterKey === undefined && config.databaseUrl === undefined
  const file = isOwnFile ? masterKeyFile(config) : undefined
  const masterRotation = createMasterRotation({ kind, keyring, vault, file, log })
  return {
    vault,
    masterRotation,
    check: async (db) => {
      await assertApart(db)
      await keyring.prepare()
      const unneeded = await checkKeyring(keyring, masters, await hasTenants(db))
      if (unneeded.length > 0) {
        log.info({ master_keys: unneeded }, 'these former master keys seal nothing in the keyring any more')
      }
    },
    close: async () => {
      await masterRotation.stop()
      await keyring.close()
    },
  }
}

/** Not those that are being erased: their keys go first of all. */
function hasTenants(db: Db): Promise<boolean> {
  return db.platform(operatorScope('first-start'), async (tx) => {
    const living = tx.kysely.selectFrom('tenants').select('id').where('status', '!=', 'erasing')
    const tenant = await living.limit(1).executeTakeFirst()
    return tenant !== undefined
  })
}
