import type { Readable } from 'node:stream'
import type { TenantScope } from '#platform/scope/index.ts'
import type { SealedBytes } from '#platform/vault/index.ts'

export type StoredBlob = {
  /** Name within the tenant; means nothing without the tenant's scope. */
  blob: string
  sizeBytes: number
  sha256: Buffer
  /** The version of the tenant's data key that it is sealed with. */
  key: number
}

/** Inclusive byte positions, as in an HTTP range. */
export type ByteRange = { start: number; end: number }

/**
 * Bytes of files, kept apart by tenant: no key can be built without a scope, and the same bytes of two tenants are two
 * objects.
 */
export type Blobs = Pick<BlobStore, 'remove' | 'list' | 'removeAll' | 'tenants'> & {
  /**
   * Stores the content under a new name, sealed with the tenant's newest data key.
   * @throws BlobTooLarge after maxBytes, content.key_missing, BlobMissing when all of the tenant was removed meanwhile
   */
  write: (scope: TenantScope, blob: string, content: Readable, maxBytes: number) => Promise<StoredBlob>
  /** @throws BlobMissing, content.key_missing; SealBroken, also while it is read */
  read: (scope: TenantScope, blob: string, range?: ByteRange) => Promise<Readable>
}

/** Where bytes are kept as they are given: what `sealBlobs` puts sealed ones into. */
export type BlobStore = {
  /**
   * Stores the content durably, in place of what has this name. Nothing of it is visible before all of it is on disk.
   * @throws BlobTooLarge after maxBytes, BlobMissing when all of the tenant was removed meanwhile
   */
  write: (scope: TenantScope, blob: string, content: AsyncIterable<Buffer>, maxBytes: number) => Promise<void>
  /** @throws BlobMissing */
  open: (scope: TenantScope, blob: string) => Promise<OpenedBlob>
  /** Removing what is gone already is no error: removals are repeated after a crash. */
  remove: (scope: TenantScope, blob: string) => Promise<void>
  /** Names of all blobs of this tenant. */
  list: (scope: TenantScope) => AsyncIterable<string>
  /** Removes all that is kept of this tenant, what is still coming in included. Repeating it is no error. */
  removeAll: (scope: TenantScope) => Promise<void>
  /** Ids of all tenants of whom anything is kept or is coming in. */
  tenants: () => Promise<string[]>
}

/** A blob as it was when it was opened, to be closed by who opened it. */
export type OpenedBlob = SealedBytes & { close: () => Promise<void> }

export class BlobTooLarge extends Error {
  readonly maxBytes: number

  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes`)
    this.name = 'BlobTooLarge'
    this.maxBytes = maxBytes
  }
}

export class BlobMissing extends Error {
  constructor() {
    super('the blob is not there')
    this.name = 'BlobMissing'
  }
}
