import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { isUuid } from '../ids.ts'
import { keyMissing } from './errors.ts'
import { KeyNotAdded, type Keyring } from './keyring.ts'
import { type MasterKeys, unwrapKey, wrapKey } from './master-keys.ts'
import { type DataKey, fingerprint, keyVersionOf, seal, unseal } from './seal.ts'

/** Opens content of one tenant. `place` names table, row and column; the tenant is added here. */
export type TenantKeys = {
  /** @throws SealBroken, content.key_missing */
  unseal: (place: Place, sealed: Buffer) => Buffer
  unsealText: (place: Place, sealed: Buffer) => string
  /** What seals with one version. @throws content.key_missing */
  sealer: (version: number) => Sealer
  /** For blobs, which are sealed in frames. */
  newest: DataKey
  /** @throws content.key_missing */
  get: (version: number) => DataKey
}

export type Sealer = {
  seal: (place: Place, plain: Uint8Array) => Buffer
  sealText: (place: Place, text: string) => Buffer
  /** The same for equal texts of this tenant, as long as the key seals. */
  fingerprint: (text: string) => string
}

export type Place = { table: string; row: string; column: string }

/** What is authenticated with sealed content: it opens for this tenant in this place and nowhere else. */
export function contextOf(tenantId: string, { table, row, column }: Place): string {
  return `${tenantId}/${table}/${row}/${column}`
}

export type Vault = {
  /**
   * @param version one that has to be among them: the keyring is asked again when it is not remembered
   * @throws content.key_missing when the tenant has none: a key is never made in silence where content exists
   */
  keysOf: (tenantId: string, version?: number) => Promise<TenantKeys>
  /** Whether the keyring has a key of the tenant; none is opened. */
  hasKeys: (tenantId: string) => Promise<boolean>
  /** Gives a new tenant its first data key. */
  createKey: (tenantId: string) => Promise<void>
  /** Drops the opened keys of a tenant from memory. */
  forget: (tenantId: string) => void
  /** Makes the key after `version`, or takes the one that an earlier call has made. Its version. */
  createNext: (tenantId: string, version: number) => Promise<number>
  /** Ends what is sealed with versions below one. */
  retireBelow: (tenantId: string, version: number) => Promise<void>
  /** Ends the tenant's content in the database, the blobs and every backup of them. */
  destroyKeys: (tenantId: string) => Promise<void>
  /** What this installation signs with: made at first need, kept beside the keys of tenants, and no tenant's. */
  signingSecret: () => Promise<Buffer>
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
/** In the place of a tenant. */
const nobody = '00000000-0000-0000-0000-000000000000'

export function createVault({ keyring, masters: given, clock, rememberMs }: VaultOptions): Vault {
  const opened = new Map<string, { keys: TenantKeys; untilMs: number }>()
  const adding = new Set<Promise<void>>()
  let masters = given
  let destroyed = 0

  const add = (tenantId: string, version: number) => {
    const key = { version, secret: randomBytes(32) }
    const work = keyring.add(tenantId, wrapKey(masters.current, tenantId, key, clock.now()))
    adding.add(work)
    return work.finally(() => adding.delete(work))
  }

  const keysOf: Vault['keysOf'] = async (tenantId, version = 0) => {
    const nowMs = clock.now().getTime()
    const known = opened.get(tenantId)
    if (known && known.untilMs > nowMs && known.keys.newest.version >= version) return known.keys
    opened.delete(tenantId)
    const before = destroyed
    const wrapped = await keyring.read(tenantId)
    const secrets = wrapped.map((key) => unwrapKey(masters, tenantId, key))
    const keys = tenantKeys(tenantId, secrets, () => opened.delete(tenantId))
    if (opened.size >= maxRemembered) opened.clear()
    // What was read while a key was destroyed may be that key: it serves this caller and is not remembered.
    if (destroyed === before) opened.set(tenantId, { keys, untilMs: nowMs + rememberMs })
    return keys
  }
  /** Another server may be quicker: its key serves as well. */
  const addUnlessThere = (tenantId: string, version: number) =>
    add(tenantId, version).catch((error: unknown) => {
      if (!(error instanceof KeyNotAdded)) throw error
    })

  return {
    keysOf,
    hasKeys: async (tenantId) => (await keyring.read(tenantId)).length > 0,
    createKey: (tenantId) => add(tenantId, 1),
    forget: (tenantId) => void opened.delete(tenantId),
    async createNext(tenantId, version) {
      opened.delete(tenantId)
      const newest = (await keyring.read(tenantId)).at(-1)?.version
      if (newest === undefined) throw keyMissing(tenantId)
      if (newest > version) return newest
      await addUnlessThere(tenantId, newest + 1)
      return newest + 1
    },
    async signingSecret() {
      if ((await keyring.read(nobody)).length === 0) await addUnlessThere(nobody, 1)
      return (await keysOf(nobody)).get(1).secret
    },
    async retireBelow(tenantId, version) {
      opened.delete(tenantId)
      await keyring.removeBelow(tenantId, version)
    },
    async destroyKeys(tenantId) {
      await keyring.destroy(tenantId)
      destroyed++
      opened.delete(tenantId)
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
  const opened = (place: Place, bytes: Buffer) => {
    const context = contextOf(tenantId, place)
    return unseal(get(keyVersionOf(bytes, context)), context, bytes)
  }
  const sealer = (version: number): Sealer => {
    const key = get(version)
    const sealed = (place: Place, plain: Uint8Array) => seal(key, contextOf(tenantId, place), plain)
    return {
      seal: sealed,
      sealText: (place, text) => sealed(place, Buffer.from(text)),
      fingerprint: (text) => fingerprint(key, tenantId, text),
    }
  }
  return {
    unseal: opened,
    unsealText: (place, bytes) => opened(place, bytes).toString(),
    sealer,
    newest,
    get,
  }
}
