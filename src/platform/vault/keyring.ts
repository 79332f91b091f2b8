/** A data key as it is kept: sealed by a master key, whose id is beside it. */
export type WrappedKey = {
  /** 1 for a tenant's first key, then counting up. */
  version: number
  /** Tells which master key opens it, and nothing else about it. */
  masterId: string
  /** AES-256-GCM of the 32 bytes, as `seal` makes it. */
  wrapped: Buffer
  createdAt: Date
}

/**
 * Where the wrapped data keys of tenants are kept: outside the database and its backups, so that destroying a key
 * destroys the content in every copy of either. What a call changed is durable when it returns. Every call may throw
 * `upstream.unavailable`.
 */
export type Keyring = {
  /** Makes the place ready for keys, at each start. @throws StartRefused that says what to do */
  prepare: () => Promise<void>
  /** The tenant's keys, ascending by version; empty when there are none. */
  read: (tenantId: string) => Promise<WrappedKey[]>
  /**
   * Adds a version. Only the first may come to a tenant that has none: a destroyed tenant gets no second life.
   * @throws KeyNotAdded when the version is there already (a key is never overwritten) or the ones before it are gone
   */
  add: (tenantId: string, key: WrappedKey) => Promise<void>
  /** Replaces how a version is sealed, in one step. Nothing when it is gone, or no longer sealed by `formerId`. */
  rewrap: (tenantId: string, key: WrappedKey, formerId: string) => Promise<void>
  /** Removes the versions below one. Repeating it is no error. */
  removeBelow: (tenantId: string, version: number) => Promise<void>
  /** Removes all keys of a tenant. Repeating it is no error. */
  destroy: (tenantId: string) => Promise<void>
  /** Ids of all tenants that have a key. */
  tenants: () => Promise<string[]>
  /** How many keys each master key has sealed, by its id. */
  countByMaster: () => Promise<Map<string, number>>
  close: () => Promise<void>
}

export class KeyNotAdded extends Error {
  constructor(tenantId: string, version: number) {
    super(`data key ${version} of tenant ${tenantId} is there already, or the ones before it are gone`)
    this.name = 'KeyNotAdded'
  }
}
