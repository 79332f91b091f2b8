import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export type ServerOptions = {
  dataDir: string
  /** More settings, by their `BULKHEAD_*` names. */
  settings?: Record<string, string>
  /** For Node.js itself, such as `--cpu-prof`. */
  nodeArguments?: string[]
}

export type ServerProcess = {
  pid: number
  /** The address, once `/readyz` answers 200. Rejects when the process ends before. */
  ready: Promise<string>
  /** SIGTERM, and waits for the end. */
  stop: () => Promise<void>
  /** SIGKILL: nothing in the process gets to run any more. Waits for the end. */
  kill: () => Promise<void>
}

const entry = fileURLToPath(new URL('../serve.ts', import.meta.url))

/** Starts the real server in a process of its own, on a free port. Its log goes to stderr. */
export function startServer(options: ServerOptions): ServerProcess {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...(options.nodeArguments ?? []), entry],
    { env: environment(options), stdio: ['ignore', process.stderr, process.stderr, 'ipc'] },
  )
  const ended = once(child, 'exit')
  const killAtExit = () => child.kill('SIGKILL')
  // Before the data directory is removed at exit, see createDataDirectory.
  process.prependOnceListener('exit', killAtExit)
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    child.kill(signal)
    await ended
    process.off('exit', killAtExit)
  }
  const ready = waitUntilReady(child)
  // Whoever kills it during the start does not wait for this any more.
  ready.catch(() => {})
  return { pid: child.pid ?? 0, ready, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

/** Nothing of the caller's own settings: two runs of one command measure the same. */
function environment({ dataDir, settings }: ServerOptions): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('BULKHEAD_'))
  return {
    ...Object.fromEntries(inherited),
    BULKHEAD_DATA_DIR: dataDir,
    BULKHEAD_HOST: '127.0.0.1',
    BULKHEAD_PORT: '0',
    BULKHEAD_LOG_LEVEL: 'warn',
    ...settings,
  }
}

async function waitUntilReady(child: ChildProcess): Promise<string> {
  const gone = new AbortController()
  const onExit = () => gone.abort(new Error('the server ended before it was ready; see its log above'))
  child.once('exit', onExit)
  try {
    const [message]: unknown[] = await once(child, 'message', { signal: gone.signal })
    const url = addressIn(message)
    const { status } = await fetch(new URL('/readyz', url), { signal: gone.signal })
    if (status !== 200) throw new Error(`/readyz answered ${status}`)
    return url
  } catch (error) {
    throw gone.signal.aborted ? gone.signal.reason : error
  } finally {
    child.off('exit', onExit)
  }
}

function addressIn(message: unknown): string {
  if (typeof message === 'object' && message && 'url' in message && typeof message.url === 'string') {
    return message.url
  }
  throw new Error(`the server sent ${JSON.stringify(message)} where its address was expected`)
}
