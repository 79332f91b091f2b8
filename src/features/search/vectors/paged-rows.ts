import { type Kernel, laneNumbers, type LinearMemory, wasmPageBytes } from './kernel.ts'
import type { VectorRows } from './rows.ts'

/** Small, because a space of ten chunks takes at least one: 16 vectors of 256 numbers. */
export const pageBytes = 4096

export type PagedSpace = {
  memory: LinearMemory
  kernel: Kernel
  /** Addresses of its pages, as many as `pagesFor` says. */
  places: readonly number[]
}

export function pagesFor(count: number, width: number): number {
  return Math.ceil(count / rowsOfPage(width))
}

function rowsOfPage(width: number): number {
  return Math.floor(pageBytes / strideOf(width))
}

function strideOf(width: number): number {
  return Math.ceil(width / laneNumbers) * laneNumbers
}

/** The kernel's own page: the query's numbers in 16 bits, then room for its results. */
const queryPlace = 0
const resultPlace = pageBytes * 2
const maxResults = (wasmPageBytes - resultPlace) / 4

/** Rows in pages that the kernel reaches; at most 4,096 numbers each. They are empty at first, whoever had them. */
export function pagedRows({ memory, kernel, places }: PagedSpace, count: number, width: number): VectorRows {
  const perPage = rowsOfPage(width)
  const stride = strideOf(width)
  const addressOf = (row: number) => places[Math.floor(row / perPage)]! + (row % perPage) * stride
  for (const place of places) new Uint8Array(memory.buffer, place, pageBytes).fill(0)
  return {
    count,
    width,
    bytes: places.length * pageBytes,
    set: (row, vector) => new Int8Array(memory.buffer, addressOf(row), width).set(vector),
    get: (row) => new Int8Array(memory.buffer, addressOf(row), width),
    dots(query) {
      new Int16Array(memory.buffer, queryPlace, stride).fill(0).set(query)
      const results = new Int32Array(memory.buffer, resultPlace, maxResults)
      const products = new Int32Array(count)
      let done = 0
      let waiting = 0
      for (const place of places) {
        const rows = Math.min(perPage, count - done - waiting)
        if (waiting + rows > maxResults) {
          products.set(results.subarray(0, waiting), done)
          done += waiting
          waiting = 0
        }
        kernel.dots(place, rows, stride / laneNumbers, queryPlace, resultPlace + waiting * 4)
        waiting += rows
      }
      products.set(results.subarray(0, waiting), done)
      return products
    },
  }
}
