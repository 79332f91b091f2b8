import { Resolver } from 'node:dns/promises'

/** All addresses of a name; empty when it has none. */
export type Resolve = (name: string, signal: AbortSignal) => Promise<string[]>

/**
 * Asks the name servers, and neither the hosts file nor search domains. It waits on no thread: names that are slow to
 * answer hold up nobody else.
 */
export const resolve: Resolve = async (name, signal) => {
  const resolver = new Resolver({ timeout: 3000, tries: 2 })
  const cancel = () => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const found = await Promise.all([
      resolver.resolve4(name).catch(() => []),
      resolver.resolve6(name).catch(() => []),
    ])
    return found.flat()
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
