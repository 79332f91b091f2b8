import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFirstRecords, type FirstKeys } from '#features/access/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { Vault } from '#platform/vault/index.ts'
import type { Config } from '../config.ts'

type FirstDeps = { db: Db; vault: Vault; clock: Clock; ids: Ids }

/** The secrets are on disk before the records are committed: a crash in between leaves a file without use, never a lost key. */
export async function keepFirstKeys(
  config: Config,
  { vault, ...deps }: FirstDeps,
): Promise<(FirstKeys & { file: string }) | undefined> {
  const keys = await createFirstRecords(
    { ...deps, createTenantKey: vault.createKey },
    async ({ platform, tenant }) => {
      await writeFile(join(config.dataDir, 'platform.key'), `${platform}\n`, { mode: 0o600 })
      await writeFile(join(config.dataDir, 'tenant.key'), `${tenant}\n`, { mode: 0o600 })
    },
  )
  return keys && { ...keys, file: config.dataDir }
}
