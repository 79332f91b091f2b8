import { openKernel, wasmPageBytes } from './kernel.ts'
import { pageBytes, pagedRows, pagesFor } from './paged-rows.ts'
import { plainRows } from './plain-rows.ts'
import type { VectorRows } from './rows.ts'

export type VectorMemory = {
  /** Room for `count` vectors of `width` numbers, all zero. */
  createRows: (count: number, width: number) => VectorRows
  /** What was taken from the machine, in use or free for the next rows. */
  bytes: () => number
}

/** As far as 32-bit addresses reach: some 16 million vectors of 256 numbers. */
const maxAddressedBytes = 2 ** 32
/** The memory grows by this much at a time. */
const growBytes = 2 ** 20

let opened: VectorMemory | undefined

/** The process's own, made when the first index needs it. */
export function vectorMemory(): VectorMemory {
  opened ??= openVectorMemory()
  return opened
}

/**
 * One WebAssembly memory for the vectors of many indexes, handed out in small pages: an engine reserves about 10 GB of
 * address space for each memory, so that one memory a space ends the process after some thousand spaces. Pages come
 * back when nothing can reach their rows any more, never sooner: what was evicted or merged while somebody still
 * reads it stays as it is. When no page is left, rows lie in ordinary memory and are as exact, only slower.
 */
export function openVectorMemory(maxBytes = maxAddressedBytes): VectorMemory {
  const { memory, kernel } = openKernel(maxBytes)
  const free: number[] = []
  const returned = new FinalizationRegistry<number[]>((places) => {
    for (const place of places) free.push(place)
  })

  const grow = (): boolean => {
    const before = memory.buffer.byteLength
    const bytes = Math.min(growBytes, maxBytes - before)
    if (!tryGrow(() => memory.grow(Math.floor(bytes / wasmPageBytes)))) return false
    for (let place = memory.buffer.byteLength - pageBytes; place >= before; place -= pageBytes)
      free.push(place)
    return memory.buffer.byteLength > before
  }

  return {
    createRows(count, width) {
      const pages = pagesFor(count, width)
      while (free.length < pages) if (!grow()) return plainRows(count, width)
      const places = free.splice(free.length - pages, pages).reverse()
      const rows = pagedRows({ memory, kernel, places }, count, width)
      returned.register(rows, places)
      return rows
    },
    bytes: () => memory.buffer.byteLength,
  }
}

/** A machine that has no memory left says so by a RangeError. */
function tryGrow(grow: () => number): boolean {
  try {
    grow()
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
