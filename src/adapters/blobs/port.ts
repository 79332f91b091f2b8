import type { Readable } from 'node:stream'
import type { TenantScope } from '#platform/scope/index.ts'

export type StoredBlob = {
  /** Name within the tenant; means nothing without the tenant's scope. */
  blob: string
  sizeBytes: number
  sha256: Buffer
}

/** Inclusive byte positions, as in an HTTP range. */
export type ByteRange = { start: number; end: number }

/**
 * Bytes of files, kept apart by tenant: no key can be built without a scope, and the same bytes of two tenants are two
 * objects.
 */
export type Blobs = {
  /**
   * Stores the content durably under a new name. Nothing is visible before all of it is on disk.
   * @throws BlobTooLarge after maxBytes, BlobMissing when all of the tenant was removed meanwhile
   */
  write: (scope: TenantScope, blob: string, content: Readable, maxBytes: number) => Promise<StoredBlob>
  /** @throws BlobMissing */
  read: (scope: TenantScope, blob: string, range?: ByteRange) => Promise<Readable>
  /** Length of the content in bytes. @throws BlobMissing */
  size: (scope: TenantScope, blob: string) => Promise<number>
  /** Removing what is gone already is no error: removals are repeated after a crash. */
  remove: (scope: TenantScope, blob: string) => Promise<void>
  /** Names of all blobs of this tenant. */
  list: (scope: TenantScope) => AsyncIterable<string>
  /** Removes all that is kept of this tenant, what is still coming in included. Repeating it is no error. */
  removeAll: (scope: TenantScope) => Promise<void>
}

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
