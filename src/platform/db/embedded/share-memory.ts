/**
 * 1 GiB in pages of 64 KiB, half of what the engine allows itself: memory once taken is never given back, and a
 * statement that needs more fails with "out of memory" (53200) and harms nobody else.
 */
export const maximumPages = 16_384

const importSection = 2
const functionImport = 0
const tableImport = 1
const memoryImport = 2
const globalImport = 3
const tagImport = 4
const withoutMaximum = 0
const sharedWithMaximum = 3

/**
 * Rewrites a WebAssembly module so that the memory it imports may be shared between threads. The engine looks at a
 * word in its memory for "cancel this statement", and no timer can set that word while a statement keeps its only
 * thread busy: another thread has to. The instructions stay as they are and run on shared memory just as well.
 *
 * Format: WebAssembly core specification, binary format of sections, imports and limits; shared limits are those of
 * the threads proposal. Throws a TypeError when the module imports no memory.
 */
export function shareMemory(module: Uint8Array): Uint8Array {
  const section = findImportSection(module)
  const flagAt = findMemoryLimits(module, section.start, section.end)
  const minimum = readUnsigned(module, flagAt + 1)
  const isOpen = module[flagAt] === withoutMaximum
  const rest = isOpen ? minimum.next : readUnsigned(module, minimum.next).next
  const body = [
    module.subarray(section.start, flagAt),
    Uint8Array.of(sharedWithMaximum),
    module.subarray(flagAt + 1, minimum.next),
    isOpen ? writeUnsigned(maximumPages) : module.subarray(minimum.next, rest),
    module.subarray(rest, section.end),
  ]
  const size = body.reduce((bytes, piece) => bytes + piece.length, 0)
  const before = module.subarray(0, section.sizeAt)
  return Buffer.concat([before, writeUnsigned(size), ...body, module.subarray(section.end)])
}

function findImportSection(module: Uint8Array) {
  let at = 8
  while (at < module.length) {
    const size = readUnsigned(module, at + 1)
    const end = size.next + size.value
    if (module[at] === importSection) return { sizeAt: at + 1, start: size.next, end }
    at = end
  }
  throw new TypeError('the module imports nothing')
}

/** The place of the flags of the memory's limits. */
function findMemoryLimits(module: Uint8Array, start: number, end: number): number {
  let at = readUnsigned(module, start).next
  while (at < end) {
    at = skipName(module, skipName(module, at))
    if (module[at] === memoryImport) return at + 1
    at = skipImport(module, at)
  }
  throw new TypeError('the module imports no memory')
}

function skipName(module: Uint8Array, at: number): number {
  const length = readUnsigned(module, at)
  return length.next + length.value
}

/** Past one import that is no memory: function, table, global or tag. */
function skipImport(module: Uint8Array, at: number): number {
  const kind = module[at]
  if (kind === functionImport) return readUnsigned(module, at + 1).next
  if (kind === globalImport) return at + 3
  if (kind === tagImport) return readUnsigned(module, at + 2).next
  if (kind !== tableImport) throw new TypeError(`an import of an unknown kind: ${kind}`)
  const minimum = readUnsigned(module, at + 3).next
  return module[at + 2] === withoutMaximum ? minimum : readUnsigned(module, minimum).next
}

/** LEB128, as every count and size in a module. */
function readUnsigned(module: Uint8Array, start: number): { value: number; next: number } {
  let value = 0
  for (let at = start, factor = 1; at < start + 5; at++, factor *= 128) {
    const byte = module[at]
    if (byte === undefined) break
    value += (byte & 0x7f) * factor
    if (byte < 0x80) return { value, next: at + 1 }
  }
  throw new TypeError('the module is cut off or damaged')
}

function writeUnsigned(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80)
  return Uint8Array.of(...bytes, rest)
}
