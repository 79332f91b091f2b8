import { problemOf } from '#http/index.ts'
import { PublicError } from '#platform/errors.ts'
import type { EventRow } from './queries.ts'

/** Frames of server-sent events (HTML standard, section 9.2): one for each event, a comment for each sign of life. */
export async function* inFrames(
  events: AsyncIterable<EventRow | undefined>,
  present: (row: EventRow) => { id: number; type: string },
  requestId: string,
): AsyncGenerator<string> {
  yield 'retry: 2000\n\n'
  try {
    for await (const row of events) yield row === undefined ? ':\n\n' : frameOf(present(row))
  } catch (error) {
    if (!(error instanceof PublicError)) throw error
    yield `event: error\ndata: ${JSON.stringify(problemOf(error, requestId))}\n\n`
  }
}

function frameOf(event: { id: number; type: string }): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}
