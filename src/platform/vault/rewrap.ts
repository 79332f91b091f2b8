import type { Keyring } from './keyring.ts'
import { findMaster, type MasterKeys, unwrapKey, wrapKey } from './master-keys.ts'

/**
 * Seals with the current master key what another one had sealed: key by key, each in one step, so that it may be cut
 * off anywhere and begun again. What none of these opens is left as it is.
 */
export async function rewrapKeys(keyring: Keyring, masters: MasterKeys, signal: AbortSignal): Promise<void> {
  for (const tenantId of await keyring.tenants()) {
    for (const key of await keyring.read(tenantId)) {
      signal.throwIfAborted()
      if (key.masterId === masters.current.id || !findMaster(masters, key.masterId)) continue
      const opened = unwrapKey(masters, tenantId, key)
      await keyring.rewrap(tenantId, wrapKey(masters.current, tenantId, opened, key.createdAt), key.masterId)
    }
  }
}
