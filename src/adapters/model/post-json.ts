import { ModelError } from './error.ts'

export type Endpoint = {
  url: string
  key: string | undefined
}

/** A request that brought nothing. The message names a status at most: an answer may repeat what was sent. */
export class Refused extends ModelError {
  /** Whether the same request may well pass later. */
  readonly mayPass: boolean
  readonly retryAfterMs: number | undefined

  constructor(
    reason: ModelError['reason'],
    message: string,
    {
      mayPass = false,
      retryAfterMs,
      cause,
    }: { mayPass?: boolean; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(reason, message, { cause })
    this.mayPass = mayPass
    this.retryAfterMs = retryAfterMs
  }
}

export type Limits = {
  /** The caller's; what it was aborted with is thrown. */
  signal: AbortSignal
  deadline: AbortSignal
}

/**
 * One request to the endpoint of a model. Only the configured address is asked: a redirect is a failure.
 * @param read makes an answer of the response; its time counts too
 * @throws Refused, ModelError from `read`
 */
export async function postJson<T>(
  { url, key }: Endpoint,
  body: unknown,
  { signal, deadline }: Limits,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, deadline]),
    })
    if (!response.ok) throw await refusalOf(response)
    return await read(response)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof ModelError) throw error
    if (deadline.aborted) throw new Refused('timeout', 'the model did not answer in time', { mayPass: true })
    throw new Refused('unavailable', 'the model cannot be reached', { mayPass: true, cause: error })
  }
}

/** A path below the address that an operator gave, with or without a slash at its end. */
export function below(url: string, path: string): string {
  return `${url.replace(/\/+$/, '')}/${path}`
}

/** Statuses that say something about the texts, not about the endpoint. */
const aboutTexts = [400, 413, 422]
const passing = [408, 429]

/** What an answer that is none says about the model. */
export async function refusalOf(response: Response): Promise<Refused> {
  const { status, headers } = response
  await response.body?.cancel()
  const message = `the model answered ${status}`
  if (aboutTexts.includes(status)) return new Refused('rejected', message)
  const mayPass = status >= 500 || passing.includes(status)
  return new Refused('unavailable', message, { mayPass, retryAfterMs: waitOf(headers.get('retry-after')) })
}

/** Seconds or a date, as RFC 9110 has it. */
function waitOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}
