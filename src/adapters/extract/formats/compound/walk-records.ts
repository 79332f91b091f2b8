/** A record of a binary PowerPoint document, its header taken off ([MS-PPT] 2.3.1). */
export type Record = { type: number; instance: number; content: Buffer }

/** Every record, containers before what is in them. Lengths are claims: a record ends where its container does. */
export function* records(bytes: Buffer): Generator<Record> {
  for (let at = 0; at + 8 <= bytes.length;) {
    const head = bytes.readUInt16LE(at)
    const length = bytes.readUInt32LE(at + 4)
    const content = bytes.subarray(at + 8, at + 8 + length)
    yield { type: bytes.readUInt16LE(at + 2), instance: head >>> 4, content }
    const isContainer = (head & 0xf) === 0xf
    // Into a container by going on after its header: no depth can exhaust the stack.
    at += 8 + (isContainer ? 0 : length)
  }
}
