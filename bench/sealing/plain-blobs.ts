import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { sealBlobs as sealing } from '#adapters/blobs/sealed.ts'

/** What a reader of files is commonly given at once. */
const pieceBytes = 64 * 1024

/** Bytes as they are given: hashed and counted as ever, in no frames. */
export const sealBlobs: typeof sealing = (store) => ({
  ...store,
  async read(scope, blob, range) {
    const stored = await store.open(scope, blob)
    const end = Math.min(range?.end ?? Infinity, stored.sizeBytes - 1)
    async function* pieces() {
      for (let at = range?.start ?? 0; at <= end; at += pieceBytes)
        yield await stored.read(at, Math.min(pieceBytes, end + 1 - at))
    }
    return Readable.from(pieces(), { objectMode: false }).once('close', () => void stored.close())
  },
  async write(scope, blob, content, maxBytes) {
    const hash = createHash('sha256')
    let sizeBytes = 0
    async function* measured() {
      for await (const piece of content as AsyncIterable<Buffer>) {
        sizeBytes += piece.byteLength
        hash.update(piece)
        yield piece
      }
    }
    await store.write(scope, blob, measured(), maxBytes)
    return { blob, key: 1, sizeBytes, sha256: hash.digest() }
  },
})
