import type { Moment } from '#features/events/index.ts'

/** When an alert is raised. */
export type Rule = { threshold: number; windowMs: number }

/** How far an alert is. Counted is what comes after `countedAfter`, up to `position`. */
export type Count = {
  /** Number of the last event that was looked at. */
  position: number
  countedAfter: number
  count: number
  isRaised: boolean
  /** When the event happened with which it was raised last. */
  raisedAt: Date | null
}

/** That an alert is raised: how many there are in the window, and the numbers of the first and the last of them. */
export type Raising = { count: number; first: number; last: number; at: Date }

/**
 * Counts new events, one after the other, in a window that ends with the newest and leaves out what is as old as the
 * window is long. Whoever reaches the threshold is raised, and again only
 * - once the count has been below the threshold: what happened until then belongs to what it was raised for, and does not
 *   count any more;
 * - or when the window has passed since, and there are still as many: what goes on is told once in each window.
 *
 * Every event is looked at twice, when it comes into the window and when it leaves it, however many are in between.
 * @param news events after `position`, in their order
 * @param counted the first events after `countedAfter`, those of `news` among them where there are no more in between
 * @returns `isDone` is false where `counted` ended before it was clear what leaves the window
 */
export function countEvents(
  rule: Rule,
  before: Count,
  news: readonly Moment[],
  counted: readonly Moment[],
): { after: Count; raisings: Raising[]; isDone: boolean } {
  const after = { ...before }
  const raisings: Raising[] = []
  let oldest = 0
  for (const { number, at } of news) {
    for (let left = counted[oldest]; left && isBefore(left, at, rule); left = counted[++oldest]) {
      after.countedAfter = left.number
      after.count--
    }
    if (oldest === counted.length && after.count > 0) return { after, raisings, isDone: false }
    if (after.isRaised && after.count < rule.threshold) {
      Object.assign(after, { isRaised: false, countedAfter: number - 1, count: 0 })
      while ((counted[oldest]?.number ?? number) < number) oldest++
    }
    after.count++
    after.position = number
    if (after.count < rule.threshold || (after.isRaised && !hasPassed(after.raisedAt, at, rule))) continue
    Object.assign(after, { isRaised: true, raisedAt: at })
    raisings.push({ count: after.count, first: counted[oldest]?.number ?? number, last: number, at })
  }
  return { after, raisings, isDone: true }
}

/** Whether an event lies before the window that ends at a time. */
function isBefore({ at }: Moment, end: Date, { windowMs }: Rule): boolean {
  return at.getTime() <= end.getTime() - windowMs
}

function hasPassed(raisedAt: Date | null, now: Date, { windowMs }: Rule): boolean {
  return raisedAt === null || now.getTime() >= raisedAt.getTime() + windowMs
}
