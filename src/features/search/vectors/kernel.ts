import { dotProductsWasm } from './dot-products.generated.ts'

/** What is used of the platform's WebAssembly; Node's types do not describe it. */
type WebAssembly = {
  Memory: new (limits: { initial: number; maximum: number }) => LinearMemory
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: { memory: { pages: LinearMemory } }) => { exports: Kernel }
}
const webAssembly: WebAssembly = Reflect.get(globalThis, 'WebAssembly')

/** `buffer` is another one after the memory grew; what was made of the old one is empty then. */
export type LinearMemory = { readonly buffer: ArrayBuffer; grow: (wasmPages: number) => number }

/** See `dot-products.wat`. */
export type Kernel = {
  dots: (rows: number, count: number, lanes: number, query: number, out: number) => void
}

export const wasmPageBytes = 65_536

/** Numbers in one lane of the kernel; a row is padded to whole lanes. */
export const laneNumbers = 16

export function openKernel(maxBytes: number): { memory: LinearMemory; kernel: Kernel } {
  const memory = new webAssembly.Memory({ initial: 1, maximum: Math.ceil(maxBytes / wasmPageBytes) })
  const module = new webAssembly.Module(Buffer.from(dotProductsWasm, 'base64'))
  return { memory, kernel: new webAssembly.Instance(module, { memory: { pages: memory } }).exports }
}
