import { setTimeout as pause } from 'node:timers/promises'
import type { Connection } from '../connection.ts'
import { CommandFailure, RefusedRequest } from '../failure.ts'
import type { Source } from './find-sources.ts'
import { type Placing, sendFile, type Sent, type StoredFile } from './send-file.ts'

export type Outcome = {
  path: string
  status: 'ready' | 'stored' | 'unchanged' | 'sent' | 'failed'
  file_id?: string
  reason?: string
}

export type IngestOptions = {
  space?: string | undefined
  place: Placing
  /** Whether to stay until every file was read; else an outcome is `sent`. */
  isWaiting: boolean
  onSent: (bytes: number) => void
  /** Each file once, when nothing more happens to it. */
  onOutcome: (outcome: Outcome, source: Source) => void
}

const parallelUploads = 4

/**
 * Sends files side by side and, meanwhile, waits for them in the order in which they were sent: the server reads them
 * in about that order. What is wrong with one file is its outcome.
 * @throws CommandFailure for what concerns all of them: a refused key, an unknown space, a server that is gone
 */
export async function ingestFiles(
  connection: Connection,
  sources: Source[],
  options: IngestOptions,
): Promise<void> {
  const failures: unknown[] = []
  const queue = sources.values()
  let reading = Promise.resolve()
  const lane = async () => {
    for (const source of queue) {
      if (failures.length > 0) return
      const sent = await sendOrFail(connection, source, options)
      if (sent) reading = reading.then(() => keepFailure(finish(connection, source, sent, options), failures))
    }
  }
  await Promise.all(Array.from({ length: parallelUploads }, () => keepFailure(lane(), failures)))
  await reading
  if (failures.length > 0) throw failures[0]
}

/** What runs beside a failure is still seen to its end, so that nothing is reported after the failure is. */
async function keepFailure(work: Promise<void>, failures: unknown[]): Promise<void> {
  await work.catch((error: unknown) => failures.push(error))
}

async function sendOrFail(
  connection: Connection,
  source: Source,
  options: IngestOptions,
): Promise<Sent | undefined> {
  try {
    return await sendFile(connection, source, options, options.onSent)
  } catch (error) {
    if (concernsAll(error)) throw error
    options.onOutcome({ path: source.externalId, status: 'failed', reason: reasonOf(error) }, source)
    return undefined
  }
}

/** A file that the server stumbles over (500) must not keep the others from it; a server that is down must. */
function concernsAll(error: unknown): boolean {
  if (error instanceof RefusedRequest && error.problem.status === 500) return false
  return error instanceof CommandFailure && error.kind !== 'usage'
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function finish(
  connection: Connection,
  source: Source,
  { file, isUnchanged }: Sent,
  options: IngestOptions,
): Promise<void> {
  const read = options.isWaiting ? await untilRead(connection, file) : file
  options.onOutcome({ path: source.externalId, file_id: file.id, ...verdictOn(read, isUnchanged) }, source)
}

function verdictOn(
  { status, failure }: StoredFile,
  isUnchanged: boolean,
): Pick<Outcome, 'status' | 'reason'> {
  if (status === 'failed')
    return { status, reason: failure?.message || failure?.reason || 'no reason was given' }
  if (isUnchanged) return { status: 'unchanged' }
  return { status: status === 'ready' || status === 'stored' ? status : 'sent' }
}

async function untilRead(connection: Connection, sent: StoredFile): Promise<StoredFile> {
  let file = sent
  for (
    let waitMs = 20;
    !['ready', 'stored', 'failed'].includes(file.status);
    waitMs = Math.min(500, waitMs * 1.5)
  ) {
    await pause(waitMs)
    file = await connection.get<StoredFile>(`/v1/files/${file.id}`)
  }
  return file
}
