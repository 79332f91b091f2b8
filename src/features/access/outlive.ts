import type { Scope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'

/** The same rights for work that goes on after the request or job they were given to, until `signal` ends it. */
export function outlive<S extends Scope>(scope: S, signal: AbortSignal): S {
  return mintScope<Scope>({ ...scope, signal }) as S
}
