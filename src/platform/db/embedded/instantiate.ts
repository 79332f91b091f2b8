import { readFile } from 'node:fs/promises'
import { maximumPages, shareMemory } from './share-memory.ts'

/** 128 MiB in pages of 64 KiB, the least that the module accepts; pages nobody touched cost nothing. */
const initialPages = 2048

/** What is used of the platform's WebAssembly; Node's types do not describe it. */
type WebAssembly = {
  Memory: new (limits: { initial: number; maximum: number; shared: true }) => Memory
  compile: (bytes: Uint8Array) => Promise<object>
  instantiate: (module: object, imports: Imports) => Promise<{ exports: EngineExports }>
}
const webAssembly: WebAssembly = Reflect.get(globalThis, 'WebAssembly')

export type Memory = { readonly buffer: SharedArrayBuffer }

type Imports = { env: Record<string, unknown> } & Record<string, Record<string, unknown>>

/** Addresses of PostgreSQL's global variables (miscadmin.h), its look-up of settings (guc.h), PGlite's main loop. */
export type EngineExports = {
  InterruptPending: { value: number }
  QueryCancelPending: { value: number }
  MyLatch: { value: number }
  GetConfigOption: (name: number, isMissingOk: number, isRestricted: number) => number
  pgl_set_rw_cbs: (read: number, write: number) => void
  pgl_pq_flush: () => void
  pq_buffer_remaining_data: () => number
  PostgresMainLoopOnce: () => void
  PostgresMainLongJmp: () => void
  PostgresSendReadyForQueryIfNecessary: () => void
}

export function createMemory(): Memory {
  return new webAssembly.Memory({ initial: initialPages, maximum: maximumPages, shared: true })
}

/** The step of emscripten's start that makes the instance, on shared memory and without PostgreSQL's own timers. */
export function instantiateShared(onExports: (exports: EngineExports) => void) {
  return (imports: Imports, done: (instance: object, module: object) => void) => {
    void (async () => {
      const module = await webAssembly.compile(shareMemory(await readFile(enginePath)))
      const instance = await webAssembly.instantiate(module, withoutTimers(imports))
      onExports(instance.exports)
      done(instance, module)
    })()
    return {}
  }
}
const enginePath = new URL('pglite.wasm', import.meta.resolve('@electric-sql/pglite'))

/**
 * A timer of the engine fires only between statements, where it can end an idle session and with it the database. The
 * other thread keeps the time.
 */
function withoutTimers(imports: Imports): Imports {
  return { ...imports, env: { ...imports.env, _setitimer_js: () => 0 } }
}
