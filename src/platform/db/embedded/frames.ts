/** Cuts what a client writes, in whatever pieces, into whole messages. */
export type Frames = {
  add: (bytes: Buffer) => void
  /**
   * The next whole message, or undefined until more has been added. Startup messages have no letter before their
   * length. Throws a RangeError when a length makes no sense.
   */
  take: (kind: 'startup' | 'letter') => Buffer | undefined
}

/** PostgreSQL's own limit (memutils.h, MaxAllocSize). */
const maxMessageBytes = 0x3fff_ffff

export function createFrames(): Frames {
  let pieces: Buffer[] = []
  let heldBytes = 0
  let neededBytes = 0

  return {
    add: (bytes) => {
      pieces.push(bytes)
      heldBytes += bytes.length
    },
    take: (kind) => {
      const lengthAt = kind === 'letter' ? 1 : 0
      // Joining only what is complete copies a long message in many pieces once instead of once per piece.
      if (heldBytes < Math.max(lengthAt + 4, neededBytes)) return undefined
      const bytes = join(pieces)
      neededBytes = readLength(bytes, lengthAt)
      pieces = [bytes]
      if (heldBytes < neededBytes) return undefined
      const message = bytes.subarray(0, neededBytes)
      pieces = heldBytes === neededBytes ? [] : [bytes.subarray(neededBytes)]
      heldBytes -= neededBytes
      neededBytes = 0
      return message
    },
  }
}

function join(pieces: Buffer[]): Buffer {
  const [only] = pieces
  return only && pieces.length === 1 ? only : Buffer.concat(pieces)
}

function readLength(bytes: Buffer, lengthAt: number): number {
  const length = bytes.readInt32BE(lengthAt)
  if (length < 4 || length > maxMessageBytes) throw new RangeError(`a message of ${length} bytes`)
  return lengthAt + length
}
