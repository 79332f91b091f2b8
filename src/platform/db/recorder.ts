import type { Chain, NewEvent } from '#platform/events/index.ts'
import type { UnrecordedReason } from './unrecorded.ts'

/**
 * A transaction that changes anything and neither records an event nor says why it need not is not committed: there is no
 * effect without its event, whatever is forgotten.
 */
export type Recorder = {
  /** Writes what happened, in this transaction. */
  readonly record: (...events: readonly NewEvent[]) => Promise<void>
  readonly unrecorded: (reason: UnrecordedReason) => void
}

/** Whether the transaction has said what it changes, and in which chains. */
export type News = { isTold: boolean; chains: Chain[] }

/** In one statement: a row has some 15 parameters, and a statement may have 65,535. */
const recordedAtOnce = 1000

export function recorder(news: News, write: (events: readonly NewEvent[]) => Promise<Chain>): Recorder {
  return {
    record: async (...events) => {
      if (events.length === 0) return
      news.isTold = true
      for (let from = 0; from < events.length; from += recordedAtOnce)
        news.chains.push(await write(events.slice(from, from + recordedAtOnce)))
    },
    unrecorded: () => {
      news.isTold = true
    },
  }
}
