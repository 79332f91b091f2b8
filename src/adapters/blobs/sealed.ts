import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { TenantScope } from '#platform/scope/index.ts'
import {
  contextOf,
  openFrames,
  sealedLength,
  sealFrames,
  type TenantKeys,
  type Vault,
} from '#platform/vault/index.ts'
import { type Blobs, type BlobStore, BlobTooLarge, type ByteRange } from './port.ts'

/**
 * Blobs sealed with the tenant's data key, in frames, so that a range can be read without the rest. Sizes and hashes
 * are those of the content.
 */
export function sealBlobs(store: BlobStore, vault: Vault): Blobs {
  const blobs: Blobs = {
    async write(scope, blob, content, maxBytes) {
      const measure = measuring(maxBytes)
      try {
        const keys = await vault.keysOf(scope.tenantId)
        const sealed = sealFrames(keys.newest, placeOf(scope, blob), measure.pass(content))
        await store.write(scope, blob, sealed, sealedLength(maxBytes))
        const { newest } = await vault.keysOf(scope.tenantId)
        if (newest.version === keys.newest.version) return { blob, key: newest.version, ...measure.result() }
        // An upload may take hours, and the key it began with may have been replaced by then, even removed from the
        // keyring. This process still has it: all is sealed anew before anybody is told of it.
        return await blobs.write(scope, blob, await open(store, scope, blob, () => keys), maxBytes)
      } catch (error) {
        content.destroy()
        throw error
      }
    },
    // Another process may have sealed it with a key that is not remembered here yet.
    read: (scope, blob, range) =>
      open(store, scope, blob, (version) => vault.keysOf(scope.tenantId, version), range),
    remove: store.remove,
    list: store.list,
    removeAll: store.removeAll,
    tenants: store.tenants,
  }
  return blobs
}

async function open(
  store: BlobStore,
  scope: TenantScope,
  blob: string,
  keysWith: (version: number) => TenantKeys | Promise<TenantKeys>,
  range?: ByteRange,
): Promise<Readable> {
  const stored = await store.open(scope, blob)
  const keyOf = async (version: number) => (await keysWith(version)).get(version)
  try {
    const content = await openFrames(stored, { place: placeOf(scope, blob), keyOf, range })
    // Also when nobody ever reads any of it.
    return Readable.from(content, { objectMode: false }).once('close', () => void stored.close())
  } catch (error) {
    await stored.close()
    throw error
  }
}

function placeOf({ tenantId }: TenantScope, blob: string): string {
  return contextOf(tenantId, { table: 'blobs', row: blob, column: 'content' })
}

/** Size and hash of what passes through, before it is sealed. */
function measuring(maxBytes: number) {
  const hash = createHash('sha256')
  let sizeBytes = 0
  return {
    async *pass(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const piece of content) {
        sizeBytes += piece.byteLength
        if (sizeBytes > maxBytes) throw new BlobTooLarge(maxBytes)
        hash.update(piece)
        yield piece
      }
    },
    result: () => ({ sizeBytes, sha256: hash.digest() }),
  }
}
