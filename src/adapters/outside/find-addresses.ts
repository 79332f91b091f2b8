import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { isWithin } from '#platform/addresses.ts'
import { isPublic } from './is-public.ts'
import { OutsideError } from './port.ts'
import type { Target } from './read-target.ts'
import type { Resolve } from './resolve.ts'

export type Reach = {
  /** Ranges that the operator allows although they are not public. */
  allow: readonly string[]
  resolve: Resolve
  /** Those of this machine: what listens on it for its own network is reached by its public address as well. */
  ownAddresses: () => string[]
}

/**
 * The addresses of a host, asked for once: these are looked at, and these are connected to. One that may not be called
 * refuses them all.
 * @throws OutsideError
 */
export async function findAddresses(
  { host, isAddress }: Target,
  { allow, resolve, ownAddresses }: Reach,
  signal: AbortSignal,
): Promise<string[]> {
  const addresses = isAddress ? [host] : await resolve(host, signal)
  signal.throwIfAborted()
  const own = ownAddresses()
  const mayBeCalled = (address: string) =>
    isIP(address) !== 0 && (isWithin(address, allow) || (isPublic(address) && !own.includes(address)))
  if (addresses.length === 0 || !addresses.every(mayBeCalled)) throw new OutsideError('refused')
  return addresses
}

export function readOwnAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((found) => found?.map(({ address }) => address) ?? [])
}
