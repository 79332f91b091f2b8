/** A data key as it is kept: sealed by a master key, whose id is beside it. */
export type WrappedKey = {
  version: number
  /** Tells which master key opens it, and nothing else about it. */
  masterId: string
  /** AES-256-GCM of the 32 bytes, as `seal` makes it. */
  wrapped: Buffer
  createdAt: Date
}

/**
 * Where the wrapped data keys of tenants are kept: outside the database and its backups, so that destroying a key
 * destroys the content in every copy of either.
 */
export type Keyring = {
  /** The tenant's keys, ascending by version; empty when there are none. */
  read: (tenantId: string) => Promise<WrappedKey[]>
  /**
   * Adds a version durably.
   * @throws Error when the tenant has that version already: a key is never overwritten
   */
  add: (tenantId: string, key: WrappedKey) => Promise<void>
  /** Removes all keys of a tenant, durably. Repeating it is no error. */
  destroy: (tenantId: string) => Promise<void>
  /** Ids of all tenants that have a key. */
  tenants: () => Promise<string[]>
}
