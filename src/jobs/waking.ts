import { setTimeout } from 'node:timers/promises'

/** A worker rests until it is woken; by itself it would look again only after so long. */
export const restSeconds = 24 * 3600

/** So many jobs of a kind may be taken now. */
export type Due = { queue: string; jobs: number }

/** Wakes as many workers of a kind as there are jobs, if so many rest. */
export type Wake = (jobs: number) => void

export type Workers = {
  /** Jobs were added, or may be taken now. */
  wake: (due: Due[]) => void
  /** Looks at all queues now and again from then on. */
  start: () => void
  /** Resolves when it does not look any more. */
  stop: () => Promise<void>
}

type Options = {
  /** Makes the workers of a kind, which take what there is at once. */
  employ: (queue: string) => Promise<Wake>
  findDue: () => Promise<Due[]>
  pollingMs: number
  onError: (error: unknown) => void
}

/**
 * The workers of a kind are there from its first job on. What is added here wakes them; what others add, and what was to
 * wait, is found by one look at all queues. Workers that each looked for themselves asked the database a hundred times a
 * second for nothing.
 */
export function createWorkers({ employ, findDue, pollingMs, onError }: Options): Workers {
  const employed = new Map<string, Promise<Wake>>()
  const stopping = new AbortController()
  let looking: Promise<void> | undefined

  const wakeOne = async ({ queue, jobs }: Due) => {
    const there = employed.get(queue)
    if (there) (await there)(jobs)
    else {
      const made = employ(queue)
      employed.set(queue, made)
      await made.catch((error: unknown) => {
        employed.delete(queue)
        throw error
      })
    }
  }
  const wake = (due: Due[]) => {
    // Before it works, a server adds jobs for others.
    if (!looking || stopping.signal.aborted) return
    for (const one of due)
      wakeOne(one).catch((error: unknown) => {
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
