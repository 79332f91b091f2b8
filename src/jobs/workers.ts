import { setTimeout } from 'node:timers/promises'

/** A worker rests until it is woken; by itself it would look again only after so long. */
export const restSeconds = 24 * 3600

export type Workers = {
  /** Something of these kinds was added, or may be taken now. */
  wake: (queues: string[]) => void
  /** Looks at all queues now and again from then on. */
  start: () => void
  /** Resolves when it does not look any more. */
  stop: () => Promise<void>
}

type Options = {
  /** Makes the workers of a kind, which take what there is at once. @returns wakes them */
  employ: (queue: string) => Promise<() => void>
  /** Those in which something may be taken. */
  findDue: () => Promise<string[]>
  pollingMs: number
  onError: (error: unknown) => void
}

/**
 * The workers of a kind are there from its first job on. What is added here wakes them; what others add, and what was to
 * wait, is found by one look at all queues. Workers that each looked for themselves asked the database a hundred times a
 * second for nothing.
 */
export function createWorkers({ employ, findDue, pollingMs, onError }: Options): Workers {
  const employed = new Map<string, Promise<() => void>>()
  const stopping = new AbortController()
  let looking: Promise<void> | undefined

  const wakeOne = async (queue: string) => {
    const there = employed.get(queue)
    if (there) (await there)()
    else {
      const made = employ(queue)
      employed.set(queue, made)
      await made.catch((error: unknown) => {
        employed.delete(queue)
        throw error
      })
    }
  }
  const wake = (queues: string[]) => {
    // Before it works, a server adds jobs for others.
    if (!looking || stopping.signal.aborted) return
    for (const queue of queues)
      wakeOne(queue).catch((error: unknown) => {
        if (!stopping.signal.aborted) onError(error)
      })
  }
  const look = async () => {
    while (!stopping.signal.aborted) {
      await findDue().then(wake, onError)
      await setTimeout(pollingMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  return {
    wake,
    start: () => {
      looking ??= look()
    },
    stop: async () => {
      stopping.abort()
      await looking
    },
  }
}
