import { setTimeout as pause } from 'node:timers/promises'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import type { Connection, Query } from '../connection.ts'
import { CommandFailure, type Problem, RefusedRequest } from '../failure.ts'

type Named = { type: string; id: string; name: string | null }
export type Told = { id: number; type: string; created_at: string; subject: Named; actor: Named }

type Following = {
  /** Id of the last event that is known; left out, only what happens from now on. */
  after: string | undefined
  signal: AbortSignal
  onLost: (waitSeconds: number) => void
}

const longestWait = 30
/** There is a sign of life every fifteen seconds: a connection that is silent for so long is dead. */
const silenceMs = 60_000

/**
 * Events in their order, each once, over as many connections as it takes. A server that cannot be reached in the
 * beginning is an error; one that is away for a while afterwards is waited for.
 */
export async function* followEvents(
  connection: Connection,
  filter: Query,
  { after, signal, onLost }: Following,
): AsyncGenerator<Told> {
  // Known before the stream begins, or what happens while a first connection is being replaced would be missed.
  let last = after ?? (await newestId(connection))
  let wait = 1
  let wasOpen = false
  const isAlive = () => {
    wait = 1
  }
  const isOpen = () => {
    wasOpen = true
  }
  while (!signal.aborted) {
    try {
      for await (const event of readStream(
        connection,
        { ...filter, after: last },
        { signal, isOpen, isAlive },
      )) {
        last = String(event.id)
        yield event
      }
    } catch (error) {
      if (signal.aborted) return
      const mayPass = error instanceof CommandFailure && error.kind === 'upstream'
      if (!wasOpen || !mayPass) throw error
    }
    if (signal.aborted) return
    onLost(wait)
    await pause(wait * 1000, undefined, { signal }).catch(() => {})
    wait = Math.min(wait * 2, longestWait)
  }
}

async function newestId(connection: Connection): Promise<string> {
  const { data } = await connection.get<{ data: Told[] }>('/v1/events', { limit: '1' })
  return String(data[0]?.id ?? 0)
}

type Listening = { signal: AbortSignal; isOpen: () => void; isAlive: () => void }

/** One connection, until it ends. @throws CommandFailure when it is refused, or lost */
async function* readStream(
  connection: Connection,
  query: Query,
  { signal, isOpen, isAlive }: Listening,
): AsyncGenerator<Told> {
  const silent = new AbortController()
  const timer = setTimeout(() => silent.abort(new Error('silence')), silenceMs)
  const heard = () => {
    timer.refresh()
    isAlive()
  }
  try {
    const bytes = await connection.download('/v1/events/stream', query, {
      headers: { accept: 'text/event-stream', 'last-event-id': query['after'] ?? '' },
      signal: AbortSignal.any([signal, silent.signal]),
    })
    isOpen()
    const frames = bytes
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream({ onComment: heard }))
    for await (const { event, data } of frames) {
      heard()
      // The server says why it ends the stream: the credential was, for instance.
      if (event === 'error') throw new RefusedRequest(JSON.parse(data) as Problem)
      yield JSON.parse(data) as Told
    }
  } finally {
    clearTimeout(timer)
  }
}
