import { createHash, type Hash } from 'node:crypto'
import { pipeline, Transform } from 'node:stream'
import type { Multipart } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'

/** What two requests have in common when they are the same one: method, address, and body, whatever boundary parts it. */
export type Fingerprint = {
  /** Of a request that a handler has read. */
  taken: () => Buffer
  /** Of one that nobody will: its body is read here, and kept nowhere. */
  read: () => Promise<Buffer>
}

/** From here on the parts of a form are noted as the handler reads them. */
export function takeFingerprint(request: FastifyRequest): Fingerprint {
  const hash = createHash('sha256')
  note(hash, request.method, request.url)
  if (!request.isMultipart()) {
    note(hash, JSON.stringify(request.body ?? null))
    return { taken: () => hash.digest(), read: () => Promise.resolve(hash.digest()) }
  }
  const parts = request.parts.bind(request)
  request.parts = (options) => noted(hash, parts(options))
  return {
    taken: () => hash.digest(),
    read: async () => {
      // A batch has many files; nothing of them is kept.
      for await (const part of request.parts({ limits: { files: Infinity } }))
        if (part.type === 'file') for await (const _ of part.file) continue
      return hash.digest()
    },
  }
}

async function* noted(hash: Hash, parts: AsyncIterable<Multipart>): AsyncGenerator<Multipart> {
  for await (const part of parts) {
    if (part.type === 'field') {
      note(hash, part.fieldname, String(part.value))
      yield part
    } else {
      note(hash, part.fieldname, part.filename, part.mimetype)
      const tap = new Transform({
        transform(piece: Buffer, _encoding, done) {
          hash.update(piece)
          done(null, piece)
        },
      })
      // A failure of one ends the other; whoever reads hears of it.
      pipeline(part.file, tap, () => undefined)
      yield Object.assign(part, { file: Object.assign(tap, { truncated: false, bytesRead: 0 }) })
      note(hash)
    }
  }
}

/** Each with its length: two texts never run into each other. */
function note(hash: Hash, ...texts: string[]): void {
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}:`).update(text)
  hash.update(';')
}
