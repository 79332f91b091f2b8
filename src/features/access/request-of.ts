import type { Credential } from '#http/index.ts'
import type { Scope } from '#platform/scope/index.ts'

/** What a scope knows of the request that it is for. */
export function requestOf({
  requestId,
  signal,
  address,
  userAgent,
}: Pick<Credential, 'requestId' | 'signal' | 'address' | 'userAgent'>): Pick<
  Scope,
  'requestId' | 'signal' | 'from'
> {
  return { requestId, signal, from: { address, userAgent } }
}
