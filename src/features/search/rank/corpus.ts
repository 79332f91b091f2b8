import { type AskedPart, type AskedSpace, partsOf, runSteps, type Steps } from './steps.ts'

/** What one request asks, in memory or not. `readable` undefined: the caller may read every file. */
export type Corpus = {
  /** Where everything is in memory, done before the call returns: nothing moves on meanwhile. */
  run: <Result>(steps: Steps<Result>, readable: ReadonlySet<string> | undefined) => Promise<Result>
  /** One look at every part, with pauses: between two parts of an index in memory what is live may change. */
  walk: (
    visit: (part: AskedPart) => Promise<void>,
    readable: ReadonlySet<string> | undefined,
  ) => Promise<void>
}

export function memoryCorpus(spaces: readonly AskedSpace[]): Corpus {
  return {
    // Not `async`, and without a pause before the first step.
    run: (steps, readable) => Promise.resolve(runSteps(steps, partsOf(spaces, readable))),
    async walk(visit, readable) {
      for (const part of partsOf(spaces, readable)) await visit(part)
    },
  }
}
