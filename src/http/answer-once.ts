import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { mayBeCommitted } from '#platform/db/index.ts'
import { inputInvalid, PublicError } from '#platform/errors.ts'
import type { Scope, TenantScope } from '#platform/scope/index.ts'
import { requestRunning, requestUnfinished, sameNameOtherRequest } from './errors.ts'
import { type Fingerprint, takeFingerprint } from './fingerprint.ts'
import { Answer } from './route.ts'

/** An answer as it is kept: a result, or a refusal that may be shown. */
export type KeptAnswer =
  | { status: number; headers: Record<string, string>; body: unknown }
  | { refusal: Pick<PublicError, 'code' | 'status' | 'title' | 'message' | 'extras'> }

export type Begun =
  | { state: 'new'; id: string }
  /** `isLost`: for so long that whoever carried it out is gone. */
  | { state: 'running'; isLost: boolean }
  | { state: 'done'; requestHash: Buffer; answer: KeptAnswer }

/** Remembers answers for a day, by tenant, credential and name. */
export type OnceStore = {
  /** Of several who begin at once exactly one is told that it is new. */
  begin: (scope: TenantScope, name: string) => Promise<Begun>
  finish: (scope: TenantScope, id: string, requestHash: Buffer, answer: KeptAnswer) => Promise<void>
  /** It was not carried out: the next one is new. */
  forget: (scope: TenantScope, id: string) => Promise<void>
}

/** What a handler does, the status of its plain results, and whether these show a secret. */
type Work = { work: () => Promise<unknown>; usual: number; isSecret: boolean }

/**
 * Carries a request out, unless the same one was carried out before: then it is answered as that was.
 * @throws idempotency.reused, idempotency.running, idempotency.unfinished
 */
export async function answerOnce(
  request: FastifyRequest,
  scope: Scope | undefined,
  { work, usual, isSecret }: Work,
  store: OnceStore,
): Promise<unknown> {
  const name = request.headers['idempotency-key']
  if (name === undefined || request.method !== 'POST') return work()
  if (typeof name !== 'string' || !/^[\x20-\x7e]{1,255}$/.test(name))
    throw refused('must be 1 to 255 printable ASCII characters')
  if (scope?.level !== 'tenant' || scope.part)
    throw refused('is taken from callers who may see all of a tenant or of spaces alone')
  if (isSecret) throw refused('is not taken where the answer shows a secret, which is kept nowhere')
  const fingerprint = takeFingerprint(request)
  const begun = await store.begin(scope, name)
  if (begun.state === 'done') return replay(begun, fingerprint)
  if (begun.state === 'running') {
    if (begun.isLost) throw requestUnfinished()
    throw requestRunning(undefined, { retryAfterSeconds: 1 })
  }
  return carryOut(scope, begun.id, { work, usual }, { request, fingerprint, store })
}

type Carrying = { request: FastifyRequest; fingerprint: Fingerprint; store: OnceStore }

async function carryOut(
  scope: TenantScope,
  id: string,
  { work, usual }: Omit<Work, 'isSecret'>,
  { request, fingerprint, store }: Carrying,
): Promise<unknown> {
  let result: unknown
  try {
    result = await work()
  } catch (error) {
    // A form that was refused may not have been read to its end: nobody knows whether another one is the same.
    if (isFinal(error) && !request.isMultipart())
      await store.finish(scope, id, fingerprint.taken(), { refusal: shownOf(error) })
    else if (!mayBeCommitted(error)) await store.forget(scope, id)
    throw error
  }
  const { status, headers, body } = result instanceof Answer ? result : new Answer(usual, result)
  // A stream is gone when it was sent.
  if (body instanceof Readable) await store.forget(scope, id)
  else await store.finish(scope, id, fingerprint.taken(), { status, headers, body: body ?? null })
  return result
}

/** A caller who is gone, a limit and a fault on our side say nothing of the request. */
function isFinal(error: unknown): error is PublicError {
  return error instanceof PublicError && error.status < 500 && ![408, 425, 429, 499].includes(error.status)
}

function shownOf({ code, status, title, message, extras }: PublicError) {
  const { errors, members } = extras
  return {
    code,
    status,
    title,
    message,
    extras: { ...(errors ? { errors } : {}), ...(members ? { members } : {}) },
  }
}

async function replay(
  { requestHash, answer }: Extract<Begun, { state: 'done' }>,
  fingerprint: Fingerprint,
): Promise<unknown> {
  if (!(await fingerprint.read()).equals(requestHash)) throw sameNameOtherRequest()
  if ('refusal' in answer) {
    const { code, status, title, message, extras } = answer.refusal
    throw new PublicError({ code, status, title, meaning: title }, message, extras)
  }
  const { status, headers, body } = answer
  const again = { ...headers, 'idempotency-replayed': 'true' }
  return new Answer(status, body ?? undefined, again)
}

function refused(message: string) {
  const path = 'Idempotency-Key'
  return inputInvalid(`${path} ${message}.`, { errors: [{ path, message }] })
}
