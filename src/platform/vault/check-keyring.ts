import { StartRefused } from '../errors.ts'
import type { Keyring } from './keyring.ts'
import { findMaster, type MasterKeys } from './master-keys.ts'

/**
 * Holds the master keys against every key in the keyring before anything is served.
 * @param hasTenants whether the database has any: then an empty keyring is a lost one
 * @returns ids of those other master keys that no data key needs any more
 * @throws StartRefused that says what to restore
 */
export async function checkKeyring(
  keyring: Keyring,
  masters: MasterKeys,
  hasTenants: boolean,
): Promise<string[]> {
  const counts = await keyring.countByMaster()
  if (counts.size === 0 && hasTenants) {
    throw new StartRefused(
      'The database has tenants, but the keyring is empty: their content cannot be read. Restore the keyring.',
    )
  }
  const unknown = [...counts].filter(([id]) => !findMaster(masters, id))
  if (unknown.length > 0) throw new StartRefused(describeUnknown(unknown, masters))
  return masters.others.map(({ id }) => id).filter((id) => !counts.has(id))
}

function describeUnknown(unknown: [string, number][], { current, others }: MasterKeys): string {
  const given = [current, ...others].map(({ id }) => id).join(', ')
  const needed = unknown.map(([id, keys]) => `${keys} with ${id}`).join(', ')
  const total = unknown.reduce((sum, [, keys]) => sum + keys, 0)
  return `The keyring has ${total} ${total === 1 ? 'key' : 'keys'} that the given master key (${given}) did not seal: ${needed}. Restore the right one in BULKHEAD_MASTER_KEY, or add it to BULKHEAD_FORMER_MASTER_KEYS.`
}
