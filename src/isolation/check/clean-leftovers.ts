import { createPoliteFetch } from '../server/polite-fetch.ts'
import { admitKeys, type Keys } from './admit-keys.ts'
import { cleanUp, leftBefore } from './clean-up.ts'

const concurrency = 4

/**
 * Removes what checks have left that were cut off.
 * @returns the ids of what was removed
 * @throws CheckRefused, ServerUnavailable
 */
export async function cleanLeftovers(url: string, keys: Keys, minAgeMs: number): Promise<string[]> {
  const server = { url, fetch: createPoliteFetch({ concurrency, onRequest: () => undefined }) }
  await admitKeys(server, keys)
  return cleanUp(server, keys, leftBefore(minAgeMs))
}
