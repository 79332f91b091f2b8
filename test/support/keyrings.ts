import { join } from 'node:path'
import { openFileKeyring } from '#adapters/keyring/file.ts'
import type { Keyring } from '#adapters/keyring/port.ts'
import { openPostgresKeyring } from '#adapters/keyring/postgres.ts'
import { emptyServerDatabase, type TestDatabase } from './database.ts'

/** Where the keys of a test's database lie. */
export type TestKeyring = {
  /** On top of the database's own settings. */
  settings: Record<string, string>
  /** Works on the keys as another process would. */
  use: <T>(work: (keyring: Keyring) => Promise<T>) => Promise<T>
  drop: () => Promise<void>
}

export type KeyringKind = 'directory' | 'database'

/** The kinds that this run can have: a keyring's database needs a server. */
export const keyringKinds: KeyringKind[] = process.env['TEST_DATABASE_URL']
  ? ['directory', 'database']
  : ['directory']

/** Takes over the keys that the database's first start has made. */
export async function openTestKeyring(kind: KeyringKind, database: TestDatabase): Promise<TestKeyring> {
  const openFiles = () => openFileKeyring(join(database.dataDir, 'keyring'))
  if (kind === 'directory') {
    return { settings: {}, use: using(openFiles), drop: () => Promise.resolve() }
  }
  const own = await emptyServerDatabase()
  if (!own) throw new Error('a keyring database needs a server')
  const use = using(() => openPostgresKeyring(own.url))
  await use(async (keyring) => copyKeys(await openFiles(), keyring))
  return { settings: { BULKHEAD_KEYRING_DATABASE_URL: own.url }, use, drop: own.drop }
}

function using(open: () => Promise<Keyring>): TestKeyring['use'] {
  return async (work) => {
    const keyring = await open()
    try {
      return await work(keyring)
    } finally {
      await keyring.close()
    }
  }
}

async function copyKeys(from: Keyring, to: Keyring): Promise<void> {
  await to.prepare()
  for (const tenant of await from.tenants()) {
    for (const key of await from.read(tenant)) await to.add(tenant, key)
    await from.destroy(tenant)
  }
}
