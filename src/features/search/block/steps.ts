import { setImmediate } from 'node:timers/promises'

/** Work in small steps. */
export type Steps<Result> = Generator<undefined, Result>

export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** A step takes some 150 µs: after so many everybody else in this process gets a turn. */
const stepsPerTurn = 32

/** In turns with everything else in this process: nobody's request waits for a file. @throws what `signal` was aborted with */
export async function inTurns<Result>(steps: Steps<Result>, signal: AbortSignal): Promise<Result> {
  for (let done = 1; ; done++) {
    const step = steps.next()
    if (step.done) return step.value
    signal.throwIfAborted()
    if (done % stepsPerTurn === 0) await setImmediate()
  }
}
