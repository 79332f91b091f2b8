import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { isUuid } from '../ids.ts'
import type { Keyring, WrappedKey } from './keyring.ts'
import { type DataKey, keyVersionOf, seal, SealBroken, unseal } from './seal.ts'
import { StartRefused } from '../errors.ts'

/** A master key: 32 bytes from the configuration, never stored by us but in the file of a first start. */
export type MasterKey = { id: string; secret: Buffer }

/** Seals and opens content of one tenant. `place` names table, row and column; the tenant is added here. */
export type TenantKeys = {
  seal: (place: Place, plain: Uint8Array) => Buffer
  /** @throws SealBroken */
  unseal: (place: Place, sealed: Buffer) => Buffer
  sealText: (place: Place, text: string) => Buffer
  unsealText: (place: Place, sealed: Buffer) => string
  /** For blobs, which are sealed in frames. */
  newest: DataKey
  get: (version: number) => DataKey
  contextOf: (place: Place) => string
}

export type Place = { table: string; row: string; column: string }

export type Vault = {
  /** @throws KeyMissing when the tenant has none: a key is never made in silence where content exists */
  keysOf: (tenantId: string) => Promise<TenantKeys>
  /** Gives a new tenant its first data key. */
  createKey: (tenantId: string) => Promise<void>
  /** Ends the tenant's content in the database, the blobs and every backup of them. */
  destroyKeys: (tenantId: string) => Promise<void>
}

export class KeyMissing extends Error {
  constructor(tenantId: string) {
    super(
      `the keyring has no data key of tenant ${tenantId}: it was destroyed, or the keyring has to be restored`,
    )
    this.name = 'KeyMissing'
  }
}

/** Opened keys are kept this long; a key that another process destroyed opens nothing here after it. */
const rememberMs = 30_000
const maxRemembered = 10_000

export function createVault({
  keyring,
  master,
  clock,
}: {
  keyring: Keyring
  master: MasterKey
  clock: Clock
}): Vault {
  const opened = new Map<string, { keys: TenantKeys; untilMs: number }>()

  return {
    async keysOf(tenantId) {
      const nowMs = clock.now().getTime()
      const known = opened.get(tenantId)
      if (known && known.untilMs > nowMs) return known.keys
      opened.delete(tenantId)
      const wrapped = await keyring.read(tenantId)
      if (wrapped.length === 0) throw new KeyMissing(tenantId)
      const keys = tenantKeys(
        tenantId,
        wrapped.map((key) => openKey(tenantId, key, master)),
      )
      if (opened.size >= maxRemembered) opened.clear()
      opened.set(tenantId, { keys, untilMs: nowMs + rememberMs })
      return keys
    },
    async createKey(tenantId) {
      const wrapped = seal(masterDataKey(master), wrappingPlace(tenantId, 1), randomBytes(32))
      await keyring.add(tenantId, { version: 1, masterId: master.id, wrapped, createdAt: clock.now() })
    },
    async destroyKeys(tenantId) {
      opened.delete(tenantId)
      await keyring.destroy(tenantId)
    },
  }
}

/** @param text base64 of 32 bytes. @throws Error that says how to make one */
export function parseMasterKey(text: string): MasterKey {
  const secret = Buffer.from(text.trim(), 'base64')
  if (secret.length !== 32 || !/^[A-Za-z0-9+/]{43}=$/.test(text.trim())) {
    throw new Error('must be 32 bytes in base64, as `openssl rand -base64 32` prints them')
  }
  return {
    id: createHash('sha256').update('bulkhead master key id').update(secret).digest('hex').slice(0, 16),
    secret,
  }
}

export function createMasterKey(): string {
  return randomBytes(32).toString('base64')
}

/**
 * Holds the master key against the keyring before anything is served.
 * @param hasTenants whether the database has any: then an empty keyring is a lost one
 * @throws Error that says what to restore
 */
export async function checkKeyring(keyring: Keyring, master: MasterKey, hasTenants: boolean): Promise<void> {
  const [first] = await keyring.tenants()
  if (first === undefined) {
    if (hasTenants) {
      throw new StartRefused(
        'The database has tenants, but the keyring is empty: their content cannot be read. Restore the keyring.',
      )
    }
    return
  }
  for (const key of await keyring.read(first)) openKey(first, key, master)
}

function openKey(tenantId: string, key: WrappedKey, master: MasterKey): DataKey {
  if (key.masterId !== master.id) {
    throw new StartRefused(
      `The master key (${master.id}) is not the one that the keyring was sealed with (${key.masterId}). Restore the right one.`,
    )
  }
  return {
    version: key.version,
    secret: unseal(masterDataKey(master), wrappingPlace(tenantId, key.version), key.wrapped),
  }
}

function tenantKeys(tenantId: string, keys: DataKey[]): TenantKeys {
  const newest = keys.at(-1)
  if (!newest || !isUuid(tenantId)) throw new KeyMissing(tenantId)
  const get = (version: number) => {
    const key = keys.find((one) => one.version === version)
    if (!key) throw new SealBroken(`the tenant has no key ${version}`)
    return key
  }
  const contextOf = ({ table, row, column }: Place) => `${tenantId}/${table}/${row}/${column}`
  const sealed = (place: Place, plain: Uint8Array) => seal(newest, contextOf(place), plain)
  const opened = (place: Place, bytes: Buffer) => unseal(get(keyVersionOf(bytes)), contextOf(place), bytes)
  return {
    seal: sealed,
    unseal: opened,
    sealText: (place, text) => sealed(place, Buffer.from(text)),
    unsealText: (place, bytes) => opened(place, bytes).toString(),
    newest,
    get,
    contextOf,
  }
}

function masterDataKey({ secret }: MasterKey): DataKey {
  return { version: 0, secret }
}

function wrappingPlace(tenantId: string, version: number): string {
  return `keyring/${tenantId}/${version}`
}
