const seconds = 1000
const minutes = 60 * seconds
const hours = 60 * minutes

/** How long the next attempt waits once the one before it failed, in milliseconds; the first is made at once. */
export const retryDelays: readonly number[] = [
  0,
  5 * seconds,
  5 * minutes,
  30 * minutes,
  2 * hours,
  5 * hours,
  10 * hours,
  14 * hours,
  20 * hours,
  24 * hours,
]

/** A tenth more or less, so that what failed together does not come back together. */
const jitter = 0.1

/**
 * Milliseconds that an attempt waits, counted from 1; undefined when there is none any more.
 * @param chance from 0 to 1
 */
export function delayBefore(
  attempt: number,
  delays: readonly number[] = retryDelays,
  chance = Math.random(),
): number | undefined {
  const delay = delays[attempt - 1]
  return delay === undefined ? undefined : Math.round(delay * (1 + jitter * (2 * chance - 1)))
}
