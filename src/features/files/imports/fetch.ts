import type { Blobs } from '#adapters/blobs/port.ts'
import { type Outside, type OutsideAnswer, OutsideError } from '#adapters/outside/port.ts'
import type { JobRun } from '#jobs/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { type UploadDeps, writeBlob } from '../upload.ts'
import { type EndDeps, failImport, type Failure, type Fetched, finishImport } from './end.ts'
import { findImport, type Import } from './queries.ts'
import { nameInAnswer, nameInUrl } from './read-name.ts'

export type FetchDeps = EndDeps &
  Pick<UploadDeps, 'ids' | 'maxUploadBytes'> & { blobs: Blobs; outside: Outside }

/** For the whole call, redirects and the last byte included. */
const callMs = 600_000
const maxRedirects = 5
/** An address that is down is asked again; a run that a crash cut off counts too. */
const maxCalls = 3
/** Of runs that failed by a fault of ours. */
const maxAttempts = 30

/**
 * Brings the bytes of a version. It may be cut off anywhere and run again: bytes that came belong to nobody until one
 * small transaction names them, and are swept up if it never does.
 */
export async function fetchImport(
  scope: TenantScope,
  versionId: string,
  run: JobRun,
  deps: FetchDeps,
): Promise<void> {
  const wanted = await deps.db.tenant(scope, (tx) => findImport(tx, versionId))
  if (!wanted) return
  try {
    const fetched = await fetchBytes(scope, wanted, run, deps)
    await finishImport(scope, wanted, fetched, { ...deps, run })
  } catch (error) {
    const failure = failureOf(error, run, deps)
    if (!failure) throw error
    await failImport(scope, wanted, failure, deps)
  }
}

async function fetchBytes(
  scope: TenantScope,
  { url, name }: Import,
  { signal }: JobRun,
  deps: FetchDeps,
): Promise<Fetched> {
  const { outside, maxUploadBytes: maxBytes } = deps
  const answer = await outside.call({ url, timeoutMs: callMs, maxBytes, maxRedirects, signal })
  refuseUnusable(answer)
  const stored = await writeBlob(scope, answer.body, deps)
  const { 'content-type': type = '', 'content-disposition': disposition } = answer.headers
  const mediaType = type.split(';', 1)[0]?.trim() ?? ''
  // Who imports it may have named it.
  return { stored, mediaType, name: name === nameInUrl(url) ? nameInAnswer(disposition) : undefined }
}

/** The address answered, and not with the file. */
class Unusable extends Error {
  readonly mayPass: boolean

  constructor(message: string, { mayPass }: { mayPass: boolean }) {
    super(message)
    this.name = 'Unusable'
    this.mayPass = mayPass
  }
}

const passing = [408, 425, 429]

function refuseUnusable({ status, headers, body }: OutsideAnswer): void {
  const refuse = (message: string, mayPass: boolean) => {
    body.destroy()
    throw new Unusable(message, { mayPass })
  }
  if (status < 200 || status > 299 || status === 204 || status === 206)
    refuse(`The address answered ${status}.`, status >= 500 || passing.includes(status))
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    refuse('The address answered in an encoding that was not asked for.', false)
}

/** What to tell the file's owner, or undefined when the run should simply be repeated. */
function failureOf(
  error: unknown,
  { signal, attempt }: JobRun,
  { maxUploadBytes }: FetchDeps,
): Failure | undefined {
  if (signal.aborted) return undefined
  const failed = (message: string) => ({ failure: 'import_failed', failure_detail: message })
  if (error instanceof Unusable)
    return error.mayPass && attempt < maxCalls ? undefined : failed(error.message)
  if (error instanceof OutsideError) {
    if (error.reason === 'too_large')
      return { failure: 'too_large', failure_detail: `A file may have ${maxUploadBytes} bytes.` }
    if (error.reason === 'invalid' || error.reason === 'refused')
      return { failure: 'import_refused', failure_detail: error.message }
    const mayPass = error.reason === 'unavailable' || error.reason === 'timeout'
    return mayPass && attempt < maxCalls ? undefined : failed(error.message)
  }
  if (attempt < maxAttempts) return undefined
  return {
    failure: 'internal',
    failure_detail: 'The file could not be brought because of an error on our side.',
  }
}
