import { type Outside, type OutsideAnswer, OutsideError } from '#adapters/outside/port.ts'
import { headersOf, type Message } from './sign.ts'

/** For all of it: a receiver takes a message first, and works on it later. */
const callMs = 15_000
/** Of an answer so much is kept. */
const keptBytes = 1024

export type Failure =
  | 'status'
  | 'redirect'
  | 'gone'
  | Exclude<OutsideError['reason'], 'redirects' | 'too_large'>

export type Outcome = { failure: Failure | null; status: number | null; answer: string | null }

/**
 * Sends a message once. 2xx is taken for delivered whatever follows the head; redirects are not followed. The address is
 * looked at anew each time.
 * @throws what `signal` was aborted with
 */
export async function send(
  { url, secrets, message }: { url: string; secrets: readonly string[]; message: Message },
  signal: AbortSignal,
  outside: Outside,
): Promise<Outcome> {
  try {
    const answer = await outside.call({
      url,
      method: 'POST',
      headers: headersOf(message, secrets),
      body: message.body,
      timeoutMs: callMs,
      // It is read up to what is kept, and then let go.
      maxBytes: Number.MAX_SAFE_INTEGER,
      signal,
    })
    const { status } = answer
    return { failure: failureOf(status), status, answer: await beginningOf(answer, signal) }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof OutsideError)) throw error
    const { reason } = error
    const isOurs = reason === 'redirects' || reason === 'too_large'
    return { failure: isOurs ? 'unavailable' : reason, status: null, answer: null }
  }
}

function failureOf(status: number): Failure | null {
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400) return 'redirect'
  return status === 410 ? 'gone' : 'status'
}

/** What came of it, also where the rest never does. */
async function beginningOf({ body }: OutsideAnswer, signal: AbortSignal): Promise<string | null> {
  const pieces: Buffer[] = []
  let bytes = 0
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      pieces.push(piece)
      bytes += piece.byteLength
      if (bytes >= keptBytes) break
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof OutsideError)) throw error
  } finally {
    body.destroy()
  }
  if (bytes === 0) return null
  return Buffer.concat(pieces).subarray(0, keptBytes).toString().replaceAll('\0', '')
}
