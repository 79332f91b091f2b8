import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { isUuid } from '../ids.ts'
import { keyMissing } from './errors.ts'
import type { Keyring } from './keyring.ts'
import { type MasterKeys, unwrapKey, wrapKey } from './master-keys.ts'
import { type DataKey, keyVersionOf, seal, unseal } from './seal.ts'

/** Seals and opens content of one tenant. `place` names table, row and column; the tenant is added here. */
export type TenantKeys = {
  seal: (place: Place, plain: Uint8Array) => Buffer
  /** @throws SealBroken, content.key_missing */
  unseal: (place: Place, sealed: Buffer) => Buffer
  sealText: (place: Place, text: string) => Buffer
  unsealText: (place: Place, sealed: Buffer) => string
  /** For blobs, which are sealed in frames. */
  newest: DataKey
  /** @throws content.key_missing */
  get: (version: number) => DataKey
}

export type Place = { table: string; row: string; column: string }

/** What is authenticated with sealed content: it opens for this tenant in this place and nowhere else. */
export function contextOf(tenantId: string, { table, row, column }: Place): string {
  return `${tenantId}/${table}/${row}/${column}`
}

export type Vault = {
  /** @throws content.key_missing when the tenant has none: a key is never made in silence where content exists */
  keysOf: (tenantId: string) => Promise<TenantKeys>
  /** Gives a new tenant its first data key. */
  createKey: (tenantId: string) => Promise<void>
  /** Drops the opened keys of a tenant from memory. */
  forget: (tenantId: string) => void
  /** Ends the tenant's content in the database, the blobs and every backup of them. */
  destroyKeys: (tenantId: string) => Promise<void>
  masters: () => MasterKeys
  /** Seals new data keys with another master key, once those that are being made have been kept. */
  changeMasters: (masters: MasterKeys) => Promise<void>
}

export type VaultOptions = {
  keyring: Keyring
  masters: MasterKeys
  clock: Clock
  /** Opened keys are kept this long; a key that another process destroyed opens nothing here after it. */
  rememberMs: number
}

const maxRemembered = 10_000

export function createVault({ keyring, masters: given, clock, rememberMs }: VaultOptions): Vault {
  const opened = new Map<string, { keys: TenantKeys; untilMs: number }>()
  const adding = new Set<Promise<void>>()
  let masters = given

  const add = (tenantId: string, version: number) => {
    const key = { version, secret: randomBytes(32) }
    const work = keyring.add(tenantId, wrapKey(masters.current, tenantId, key, clock.now()))
    adding.add(work)
    return work.finally(() => adding.delete(work))
  }

  return {
    async keysOf(tenantId) {
      const nowMs = clock.now().getTime()
      const known = opened.get(tenantId)
      if (known && known.untilMs > nowMs) return known.keys
      opened.delete(tenantId)
      const wrapped = await keyring.read(tenantId)
      const secrets = wrapped.map((key) => unwrapKey(masters, tenantId, key))
      const keys = tenantKeys(tenantId, secrets, () => opened.delete(tenantId))
      if (opened.size >= maxRemembered) opened.clear()
      opened.set(tenantId, { keys, untilMs: nowMs + rememberMs })
      return keys
    },
    createKey: (tenantId) => add(tenantId, 1),
    forget: (tenantId) => void opened.delete(tenantId),
    async destroyKeys(tenantId) {
      opened.delete(tenantId)
      await keyring.destroy(tenantId)
    },
    masters: () => masters,
    async changeMasters(next) {
      masters = next
      await Promise.allSettled(adding)
    },
  }
}

/** @param forget is called when a key is missing that the keyring may have by now */
function tenantKeys(tenantId: string, keys: DataKey[], forget: () => void): TenantKeys {
  const newest = keys.at(-1)
  if (!newest || !isUuid(tenantId)) throw keyMissing(tenantId)
  const get = (version: number) => {
    const key = keys.find((one) => one.version === version)
    if (key) return key
    forget()
    throw keyMissing(tenantId, version)
  }
  const sealed = (place: Place, plain: Uint8Array) => seal(newest, contextOf(tenantId, place), plain)
  const opened = (place: Place, bytes: Buffer) => {
    const context = contextOf(tenantId, place)
    return unseal(get(keyVersionOf(bytes, context)), context, bytes)
  }
  return {
    seal: sealed,
    unseal: opened,
    sealText: (place, text) => sealed(place, Buffer.from(text)),
    unsealText: (place, bytes) => opened(place, bytes).toString(),
    newest,
    get,
  }
}
