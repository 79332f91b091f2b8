import { setTimeout as pause } from 'node:timers/promises'
import { seededRandom } from '../command/seeded-random.ts'
import { openApi } from '../server/data-directory.ts'
import { listFiles, waitUntilRead } from '../server/list-files.ts'
import type { LocalFile } from '../server/read-folder.ts'
import { descendantsOf } from '../server/read-memory.ts'
import { type ServerProcess, startServer } from '../server/start-server.ts'
import { until } from '../../test/support/wait.ts'
import { checkEvents } from './check-events.ts'
import { checkFiles, type Problem } from './check-files.ts'
import { checkStorage } from './check-storage.ts'
import { type Expected, uploadUntilCut } from './upload-until-cut.ts'

export type CrashOptions = {
  dataDir: string
  settings: Record<string, string>
  /** Each is uploaded under several external ids, so that every kill has something to cut off. */
  files: readonly LocalFile[]
  kills: number
  seed: number
  /** A kill comes at most this long after the server was ready. */
  windowMs: number
  onKill?: (kill: Kill) => void
}

export type Kill = {
  number: number
  /** Where the server was: not ready yet, or ready for so long. */
  moment: string
  /** Uploads that got no answer. */
  cutUploads: number
  /** Files that had been accepted by then, and how many of them waited to be read at the next start. */
  accepted: number
  waiting: number
  /** To the ready server after it. */
  restartMs: number
}

export type CrashReport = { files: number; kills: Kill[]; problems: Problem[] }

const uploadsOfKill = 3
/** Of all kills, those that come while the server still starts. */
const shareAtStart = 0.15

/**
 * Kills a server again and again while it takes in and reads files, then lets it finish and compares what it was told
 * to keep with what it has.
 */
export async function runCrashes(options: CrashOptions): Promise<CrashReport> {
  const random = seededRandom(options.seed)
  const expected = expectedFiles(options)
  const kills: Kill[] = []
  let server = await start(options)
  for (let number = 1; number <= options.kills; number++) {
    const moment = random() < shareAtStart ? 'start' : 'work'
    const delayMs = Math.round(random() * options.windowMs)
    const cut = await killDuring(moment, delayMs, server, options, expected, number)
    server = await start(options)
    const kill = {
      number,
      ...cut,
      waiting: await countWaiting(server.url, options.dataDir),
      restartMs: server.ms,
    }
    kills.push(kill)
    options.onKill?.(kill)
  }
  try {
    const api = await openApi(server.url, options.dataDir, 'tenant')
    await uploadUntilCut(api, expected)
    await waitUntilRead(api, 120_000 + expected.length * 60_000)
    const problems = [...(await checkFiles(api, expected)), ...(await checkEvents(api, expected))]
    await server.process.stop()
    return { files: expected.length, kills, problems: [...problems, ...(await checkStorage(options))] }
  } finally {
    await server.process.kill()
  }
}

function expectedFiles({ files, kills }: CrashOptions): Expected[] {
  const copies = Math.max(1, Math.ceil((kills * uploadsOfKill) / files.length))
  return Array.from({ length: copies }, (_, copy) =>
    files.map((file) => ({ ...file, externalId: `${copy + 1}/${file.name}`, id: undefined })),
  ).flat()
}

type Running = { process: ServerProcess; url: string; ms: number }

async function start({ dataDir, settings }: CrashOptions): Promise<Running> {
  const started = performance.now()
  const process = startServer({ dataDir, settings })
  const url = await process.ready
  return { process, url, ms: Math.round(performance.now() - started) }
}

async function killDuring(
  moment: 'start' | 'work',
  delayMs: number,
  running: Running,
  options: CrashOptions,
  expected: Expected[],
  number: number,
): Promise<Omit<Kill, 'number' | 'waiting' | 'restartMs'>> {
  const next = expected.slice(0, number * uploadsOfKill)
  const api = await openApi(running.url, options.dataDir, 'tenant')
  const uploading = uploadUntilCut(api, next)
  const accepted = () => expected.filter(({ id }) => id !== undefined).length
  if (moment === 'work') {
    await pause(delayMs)
    await killWithChildren(running.process)
    return { moment: `ready for ${delayMs} ms`, cutUploads: await uploading, accepted: accepted() }
  }
  const cutUploads = await uploading
  await killWithChildren(running.process)
  const starting = startServer(options)
  const afterMs = Math.min(delayMs, Math.round(running.ms * 0.9))
  await pause(afterMs)
  await killWithChildren(starting)
  return { moment: `starting for ${afterMs} ms`, cutUploads, accepted: accepted() }
}

/** What the server had started must notice by itself that it is alone. @throws Error when it stays */
async function killWithChildren(server: ServerProcess): Promise<void> {
  const children = await descendantsOf(server.pid)
  await server.kill()
  await until('the processes of a killed server have ended', () =>
    Promise.resolve(children.some(isRunning) ? undefined : true),
  )
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function countWaiting(url: string, dataDir: string): Promise<number> {
  const api = await openApi(url, dataDir, 'tenant')
  const files = await listFiles(api)
  return files.filter(({ status }) => status !== 'ready' && status !== 'failed').length
}
