import { BlockUnreadable } from './block.ts'

/** Reads a block's bytes forwards and refuses to leave them. */
export class BlockReader {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  get at(): number {
    return this.#at
  }

  /** What was read since it was at `at`. */
  since(at: number): Buffer {
    return this.#bytes.subarray(at, this.#at)
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    const value = this.#bytes[this.#at++]
    if (value === undefined) throw damaged('it ends too soon')
    return value
  }

  u32(): number {
    const at = this.#advance(4)
    const bytes = this.#bytes
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  }

  f32(): number {
    return this.#bytes.readFloatLE(this.#advance(4))
  }

  /** An unsigned number of at most 32 bits, or of at most `max`. */
  varint(max = 0xffffffff): number {
    let value = this.u8()
    if (value > 127) {
      value -= 128
      for (let scale = 128; ; scale *= 128) {
        const byte = this.u8()
        value += (byte & 127) * scale
        if (byte < 128) break
        if (scale > 0xffffffff) throw damaged('a number is too long')
      }
    }
    if (value > max) throw damaged('a number is out of range')
    return value
  }

  check(isRight: boolean, detail: string): void {
    if (!isRight) throw damaged(detail)
  }

  /** Passes over so many numbers of any size. */
  skipVarints(count: number): void {
    const bytes = this.#bytes
    let [at, left] = [this.#at, count]
    for (; left > 0 && at < bytes.length; at++) if (bytes[at]! < 128) left--
    if (left > 0) throw damaged('it ends too soon')
    this.#at = at
  }

  /** How many of something follow, each of at least `minBytes`: checked before anything is allocated for them. */
  count(minBytes: number): number {
    return this.varint(Math.floor(this.left / minBytes))
  }

  bytes(length: number): Buffer {
    const at = this.#advance(length)
    return this.#bytes.subarray(at, at + length)
  }

  text(): string {
    return this.bytes(this.count(1)).toString('utf8')
  }

  #advance(length: number): number {
    const at = this.#at
    this.#at += length
    if (this.#at > this.#bytes.length) throw damaged('it ends too soon')
    return at
  }
}

export function damaged(detail: string): BlockUnreadable {
  return new BlockUnreadable('damaged', detail)
}
