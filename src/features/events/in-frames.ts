import { problemOf } from '#http/index.ts'
import { PublicError } from '#platform/errors.ts'
import type { Followed } from './feed.ts'
import { presentEvent } from './present.ts'

/** Frames of server-sent events (HTML standard, section 9.2): one for each event, a comment for each sign of life. */
export async function* inFrames(
  events: AsyncIterable<Followed | undefined>,
  requestId: string,
): AsyncGenerator<string> {
  yield 'retry: 2000\n\n'
  try {
    for await (const one of events)
      yield one === undefined ? ':\n\n' : frameOf(presentEvent(one.scope, one.row))
  } catch (error) {
    if (!(error instanceof PublicError)) throw error
    yield `event: error\ndata: ${JSON.stringify(problemOf(error, requestId))}\n\n`
  }
}

function frameOf(event: { id: number; type: string }): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}
