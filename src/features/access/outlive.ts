import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'

/** The same rights for work that goes on after the request or job they were given to, until `signal` ends it. */
export function outlive(scope: TenantScope, signal: AbortSignal): TenantScope {
  return mintScope<TenantScope>({ ...scope, signal })
}
