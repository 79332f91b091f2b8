import { inputInvalid } from '#platform/errors.ts'
import { daysOf, mostDays } from './schemas.ts'

type Given = { period?: keyof typeof daysOf; created_after?: string; created_before?: string }

/** `name` is undefined for a span of one's own, which need not end now. */
export type Asked = { name: keyof typeof daysOf | undefined; from: Date; to: Date }

const dayMs = 24 * 3_600_000

/** @throws input.invalid for a period beside times of one's own, and for times that are no span */
export function readSpan({ period, created_after: after, created_before: before }: Given, now: Date): Asked {
  if (after === undefined && before === undefined) {
    const name = period ?? 'week'
    return { name, from: new Date(now.getTime() - daysOf[name] * dayMs), to: now }
  }
  if (period !== undefined) throw refused('period', 'cannot be given with times of your own')
  if (after === undefined) throw refused('created_after', 'is required with created_before')
  const [from, to] = [new Date(after), before === undefined ? now : new Date(before)]
  const lengthMs = to.getTime() - from.getTime()
  if (lengthMs <= 0) throw refused('created_after', 'must be before created_before, or before now')
  if (lengthMs > mostDays * dayMs) throw refused('created_after', `may be ${mostDays} days earlier at most`)
  return { name: undefined, from, to }
}

function refused(path: string, message: string) {
  return inputInvalid(`${path} ${message}`, { errors: [{ path, message }] })
}
