import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { TenantScope } from '#platform/scope/index.ts'
import {
  contextOf,
  headerRange,
  openFrames,
  plainLength,
  readHeader,
  sealedLength,
  sealFrames,
  type Vault,
  windowOf,
} from '#platform/vault/index.ts'
import { type Blobs, BlobTooLarge } from './port.ts'

/**
 * Blobs sealed with the tenant's data key, in frames, so that a range can be read without the rest. Sizes and hashes
 * are those of the content.
 */
export function sealBlobs(inner: Blobs, vault: Vault): Blobs {
  const keysOf = (scope: TenantScope) => vault.keysOf(scope.tenantId)
  return {
    async write(scope, blob, content, maxBytes) {
      const keys = await keysOf(scope)
      const measure = measuring(maxBytes)
      const sealed = sealFrames(keys.newest, placeOf(scope, blob), measure.pass(content))
      try {
        await inner.write(scope, blob, Readable.from(sealed, { objectMode: false }), sealedLength(maxBytes))
      } catch (error) {
        content.destroy()
        throw error
      }
      return { blob, ...measure.result() }
    },
    async read(scope, blob, range) {
      const keys = await keysOf(scope)
      const place = placeOf(scope, blob)
      const plainBytes = plainLength(await inner.size(scope, blob), place)
      const header = await buffer(await inner.read(scope, blob, headerRange))
      const { version, nonce } = readHeader(header, place)
      const window = windowOf(
        plainBytes,
        range?.start ?? 0,
        Math.min(range?.end ?? plainBytes - 1, plainBytes - 1),
      )
      const sealed = await inner.read(scope, blob, { start: window.sealedStart, end: window.sealedEnd })
      return openFrames(sealed, {
        key: keys.get(version),
        nonce,
        place,
        plainBytes,
        window,
      })
    },
    size: async (scope, blob) => plainLength(await inner.size(scope, blob), placeOf(scope, blob)),
    remove: inner.remove,
    list: inner.list,
    removeAll: inner.removeAll,
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
