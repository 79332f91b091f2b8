import type { News, Recorder } from '../../src/platform/db/recorder.ts'

/** As if there had been nothing to tell. */
export function recorder(news: News): Recorder {
  const told = () => {
    news.isTold = true
  }
  return { record: () => Promise.resolve(told()), unrecorded: told }
}
