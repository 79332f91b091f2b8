import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartRefused } from './errors.ts'

export type DirectoryLock = { release: () => void }

/**
 * Takes a data directory for this process. Two processes on one embedded database destroy it (70 to 99 % of one's
 * acknowledged commits were lost, or it never opened again), so a second one is refused with a sentence; a lock whose
 * process is gone is taken over.
 * @throws Error naming the process that holds the directory
 */
export function lockDirectory(directory: string): DirectoryLock {
  const file = join(directory, 'bulkhead.lock')
  for (let attempt = 0; attempt < 3; attempt++) {
    if (createExclusively(file)) return { release: () => releaseOwn(file) }
    const holder = readHolder(file)
    if (holder && isAlive(holder)) {
      throw new StartRefused(
        `The data directory ${directory} is in use by process ${holder.pid}. Stop that process, or choose another directory with BULKHEAD_DATA_DIR.`,
      )
    }
    removeStale(file)
  }
  throw new StartRefused(`The lock ${file} keeps coming back: another process is starting on ${directory}.`)
}

/** The first numbered folder below `parent` that no other process holds: a place of one's own that a crash leaves behind and the next process cleans up. */
export function lockFirstFree(parent: string): DirectoryLock & { directory: string } {
  for (let number = 0; ; number++) {
    const directory = join(parent, String(number))
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    try {
      return { directory, ...lockDirectory(directory) }
    } catch (error) {
      if (number === 999) throw error
    }
  }
}

type Holder = { pid: number; started: string }

/** Written aside and then linked, so that nobody ever reads a lock that does not say yet whose it is. */
function createExclusively(file: string): boolean {
  const own = `${file}.${process.pid}`
  writeFileSync(own, `${process.pid} ${startOf(process.pid)}\n`, { mode: 0o600 })
  try {
    linkSync(own, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(own, { force: true })
  }
}

const abandonedAfterMs = 10_000

/**
 * One process at a time looks again and removes: otherwise a slow one removes the lock that a quick one has just made
 * (6 processes starting at once on a stale lock: more than one got it in 6 of 15 rounds).
 */
function removeStale(file: string): void {
  const turn = `${file}.turn`
  try {
    mkdirSync(turn)
  } catch {
    const since = statSync(turn, { throwIfNoEntry: false })?.mtimeMs
    if (since !== undefined && Date.now() - since > abandonedAfterMs) rmdirSync(turn)
    return
  }
  try {
    const holder = readHolder(file)
    if (!holder || !isAlive(holder)) rmSync(file, { force: true })
  } finally {
    rmdirSync(turn)
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    const [pid, started = ''] = readFileSync(file, 'utf8').trim().split(' ')
    return Number(pid) > 0 ? { pid: Number(pid), started } : undefined
  } catch {
    return undefined
  }
}

/** A process id is reused after a crash or a reboot, so the start time has to match where the system tells it. */
function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return started === '' || startOf(pid) === started
}

/** Linux: the 22nd field of /proc/<pid>/stat, clock ticks since boot. Elsewhere ''. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function releaseOwn(file: string) {
  if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true })
}
