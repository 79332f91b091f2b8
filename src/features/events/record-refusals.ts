import type { Refused } from '#http/index.ts'
import type { LaterRecorder } from './record-later.ts'

/** What somebody was not let do. What is wrong with a request itself is no refusal. */
const recorded = new Set([401, 402, 403, 404, 429])

/** Tells of refusals, in the chain of whose credential was presented, and nothing of what it asked for. */
export function recordRefusals({ later, anonymously }: LaterRecorder): (refused: Refused) => void {
  return ({ scope, from, route, status, code }) => {
    if (!recorded.has(status)) return
    if (scope === undefined) {
      if (status === 401) anonymously(from, { code, route })
      return
    }
    later(scope, {
      type: 'request.refused',
      subject: { type: 'route', id: route },
      outcome: 'refused',
      data: { status, code },
    })
  }
}
