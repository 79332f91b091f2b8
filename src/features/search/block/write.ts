export type BlockWriter = ReturnType<typeof createBlockWriter>

/** Writes a block's bytes forwards, little-endian, into room that grows. */
export function createBlockWriter() {
  let buffer = Buffer.allocUnsafe(1024)
  let size = 0
  const reserve = (bytes: number) => {
    if (size + bytes > buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, size + bytes))
      buffer.copy(larger, 0, 0, size)
      buffer = larger
    }
  }
  const u8 = (value: number) => {
    reserve(1)
    buffer[size++] = value
  }
  const bytes = (values: Uint8Array | Int8Array) => {
    reserve(values.length)
    buffer.set(values, size)
    size += values.length
  }
  /** Unsigned LEB128. */
  const varint = (value: number) => {
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) u8((rest % 128) + 128)
    u8(rest)
  }
  return {
    u8,
    bytes,
    varint,
    u32(value: number) {
      reserve(4)
      size = buffer.writeUInt32LE(value, size)
    },
    f32(value: number) {
      reserve(4)
      size = buffer.writeFloatLE(value, size)
    },
    text(value: string) {
      const encoded = Buffer.from(value)
      varint(encoded.length)
      bytes(encoded)
    },
    size: () => size,
    written: () => buffer.subarray(0, size),
  }
}
