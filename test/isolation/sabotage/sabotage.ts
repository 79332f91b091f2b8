import type { World } from '#isolation/world/world.ts'
import type { Answer, Request, Tamper } from '../../support/tampering-proxy.ts'

export type Sabotage = {
  /** What the broken server does. */
  what: string
  statement: string
  /** The only route to look at; all of them when left out. */
  route?: string
  tamper: () => Tamper
  /** What the finding says: the request that showed it, and the problem. */
  finding: RegExp
}

/** For the customers of a world. */
export type Sabotages = (world: World) => Sabotage[]

export const isAt = (path: string, start: string) => path.startsWith(start)

/** Changes the answers that a condition meets. */
export const change =
  (when: (request: Request) => boolean, how: (answer: Answer) => Answer): Tamper =>
  async (request, forward) =>
    when(request) ? how(await forward()) : forward()

/** Answers again what was answered before to whatever `keyOf` takes for the same. */
export function caching(
  keyOf: (request: Request) => string | undefined,
  mayServe: (fresh: Answer) => boolean,
): Tamper {
  const kept = new Map<string, Answer>()
  return async (request, forward) => {
    const key = keyOf(request)
    const answer = await forward()
    if (key === undefined) return answer
    const former = kept.get(key)
    if (former && mayServe(answer)) return former
    if (answer.status === 200) kept.set(key, answer)
    return answer
  }
}
