import { type Extension, PGlite } from '@electric-sql/pglite'
import { createMemory, instantiateShared, type EngineExports, type Memory } from './instantiate.ts'
import { shareMemory } from './share-memory.ts'
import type { InterruptPoints, Parameter } from './wire.ts'

/** The one connection that the engine has. */
export type Line = {
  /** Called in the middle of a call that must not return, so it has to block. Empty means the end. */
  read: () => Uint8Array
  /** The bytes are the engine's memory: copy them before returning. */
  write: (bytes: Uint8Array) => void
}

export type Engine = {
  parameters: Parameter[]
  interrupt: InterruptPoints
  /** Works through whole frontend messages. Throws when the engine died of them. */
  run: (input: Uint8Array) => void
  /** Sends ReadyForQuery when one is due. */
  settle: () => void
  /** The present value of a setting, in its base unit. */
  setting: (name: string) => string
  close: () => Promise<void>
}

/**
 * 128 MB of buffers, the default, are resident for ever once a scan has touched them; a miss costs one read from the
 * operating system's cache.
 */
const startParams = ['-c', 'shared_buffers=32MB', '-c', 'max_connections=5']

/** Opens or creates the database in `dataDir`, undefined for memory. Rejects with what PGlite says. */
export async function startEngine(dataDir: string | undefined, line: Line): Promise<Engine> {
  const memory = createMemory()
  let exports: EngineExports | undefined
  const shared: Extension = {
    name: 'shared memory',
    setup: (_database, options) => {
      options.wasmMemory = memory
      options.instantiateWasm = instantiateShared((found) => (exports = found))
      return Promise.resolve({ emscriptenOpts: options })
    },
  }
  const database = await PGlite.create({
    ...(dataDir === undefined ? {} : { dataDir }),
    extensions: { shared },
    startParams: [...PGlite.defaultStartParams, ...startParams],
  })
  if (!exports) throw new Error('the engine was started without its memory being shared')
  shareLibraries(database.Module)
  const parameters = await readParameters(database)
  return { parameters, ...drive(database, memory, exports, line), close: () => database.close() }
}

/** What this file uses of PGlite's module; its own types need emscripten's, which are not installed. */
type Module = {
  FS: {
    readdir: (path: string) => string[]
    readFile: (path: string) => Uint8Array
    writeFile: (path: string, bytes: Uint8Array) => void
  }
  stackSave: () => number
  stackRestore: (pointer: number) => void
  stringToUTF8OnStack: (text: string) => number
  UTF8ToString: (pointer: number) => string
  addFunction: (call: (pointer: number, length: number) => number, signature: string) => number
}

/** PL/pgSQL, stemmers and character sets are modules of their own that import the same memory. */
function shareLibraries({ FS }: Module) {
  const folder = '/pglite/lib/postgresql'
  for (const name of FS.readdir(folder).filter((name) => name.endsWith('.so'))) {
    FS.writeFile(`${folder}/${name}`, shareMemory(FS.readFile(`${folder}/${name}`)))
  }
}

/** The settings that PostgreSQL 18 reports at the start of a connection (guc_tables.c, GUC_REPORT). */
const reported = [
  'application_name',
  'client_encoding',
  'DateStyle',
  'default_transaction_read_only',
  'in_hot_standby',
  'integer_datetimes',
  'IntervalStyle',
  'is_superuser',
  'scram_iterations',
  'search_path',
  'server_encoding',
  'server_version',
  'session_authorization',
  'standard_conforming_strings',
  'TimeZone',
]

async function readParameters(database: PGlite): Promise<Parameter[]> {
  const { rows } = await database.query<Parameter>(
    'select name, current_setting(name) as value from pg_settings where name = any ($1)',
    [reported],
  )
  return rows
}

/** The status with which the module leaves a failed statement; any other exception is its death. */
const longjmpStatus = 100

function drive(database: PGlite, memory: Memory, exports: EngineExports, line: Line) {
  const module: Module = database.Module
  let input: Uint8Array = new Uint8Array()
  const heap = (pointer: number, length: number) => new Uint8Array(memory.buffer, pointer, length)

  const read = module.addFunction((pointer, length) => {
    if (input.length === 0) input = line.read()
    const part = input.subarray(0, length)
    heap(pointer, part.length).set(part)
    input = input.subarray(part.length)
    return part.length
  }, 'ipi')
  const write = module.addFunction((pointer, length) => {
    line.write(heap(pointer, length))
    return length
  }, 'ipi')
  exports.pgl_set_rw_cbs(read, write)

  return {
    interrupt: {
      memory: memory.buffer,
      pending: exports.InterruptPending.value,
      cancel: exports.QueryCancelPending.value,
      latch: exports.MyLatch.value,
    },
    run: (bytes: Uint8Array) => {
      input = bytes
      while (input.length > 0 || exports.pq_buffer_remaining_data() > 0) runOnce(module, exports)
      exports.pgl_pq_flush()
    },
    settle: () => {
      exports.PostgresSendReadyForQueryIfNecessary()
      exports.pgl_pq_flush()
    },
    setting: (name: string) => readSetting(module, exports, name),
  }
}

/** One message; a failed statement leaves by an exception, as PostgreSQL's own loop does by longjmp. */
function runOnce(module: Module, exports: EngineExports) {
  const stack = module.stackSave()
  try {
    exports.PostgresMainLoopOnce()
  } catch (error) {
    if (!isLongjmp(error)) throw new Error('the database engine failed', { cause: error })
    module.stackRestore(stack)
    exports.PostgresMainLongJmp()
  }
}

/** Emscripten's exit status is an object of its own and no Error. */
function isLongjmp(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status' in error && error.status === longjmpStatus
}

function readSetting(module: Module, exports: EngineExports, name: string): string {
  const stack = module.stackSave()
  const value = module.UTF8ToString(exports.GetConfigOption(module.stringToUTF8OnStack(name), 1, 0))
  module.stackRestore(stack)
  return value
}
