import { EmbedderError } from '../port.ts'
import { readAnswer } from './read-answer.ts'

export type Endpoint = {
  /** What `/embeddings` is added to. */
  url: string
  model: string
  /** Numbers that each vector has to have. */
  width: number
  /** Whether the endpoint is told the width; models of a fixed one refuse to be. */
  sendsDimensions: boolean
  key: string | undefined
}

/** A request that brought nothing. The message names a status at most: an answer may repeat what was sent. */
export class Refused extends EmbedderError {
  /** Whether the same request may well pass later. */
  readonly mayPass: boolean
  readonly retryAfterMs: number | undefined

  constructor(
    reason: EmbedderError['reason'],
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

/**
 * One request, and one vector a text in the order of the texts. Only the configured address is asked: a redirect is a
 * failure.
 * @param signal the caller's; what it was aborted with is thrown
 * @throws Refused
 */
export async function requestEmbeddings(
  endpoint: Endpoint,
  texts: readonly string[],
  signal: AbortSignal,
  deadline: AbortSignal,
): Promise<Float64Array[]> {
  try {
    const response = await send(endpoint, texts, AbortSignal.any([signal, deadline]))
    if (!response.ok) throw await refusalOf(response)
    return await readAnswer(response, texts.length, endpoint.width)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof EmbedderError) throw error
    if (deadline.aborted)
      throw new Refused('timeout', 'the embedder did not answer in time', { mayPass: true })
    throw new Refused('unavailable', 'the embedder cannot be reached', { mayPass: true, cause: error })
  }
}

function send(
  { url, model, width, sendsDimensions, key }: Endpoint,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<Response> {
  return fetch(`${url.replace(/\/+$/, '')}/embeddings`, {
    method: 'POST',
    redirect: 'error',
    headers: {
      'content-type': 'application/json',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({
      model,
      input: texts,
      encoding_format: 'float',
      ...(sendsDimensions ? { dimensions: width } : {}),
    }),
    signal,
  })
}

/** Statuses that say something about the texts, not about the endpoint. */
const aboutTexts = [400, 413, 422]
const passing = [408, 429]

async function refusalOf(response: Response): Promise<Refused> {
  const { status, headers } = response
  await response.body?.cancel()
  const message = `the embedder answered ${status}`
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
