import type { Server } from '../server/server.ts'
import { client, type Reply } from '../server/client.ts'
import { ServerUnavailable } from '../server/polite-fetch.ts'

/** What the check was lent: a platform key, or the keys of two tenants. */
export type Keys = { platform: string } | { tenants: [string, string] }

/** Why a check cannot begin, in a sentence for whoever started it. */
export class CheckRefused extends Error {
  override name = 'CheckRefused'
  readonly kind: 'usage' | 'denied' | 'upstream'

  constructor(kind: CheckRefused['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

type Me = { level: string; key_id: string; tenant_id: string | null }

/**
 * Who runs the check, as it is called in reports: levels and ids of keys, never the keys.
 * @throws CheckRefused
 */
export async function admitKeys(server: Server, keys: Keys): Promise<string> {
  if ('platform' in keys) {
    const me = await whoIs(server, keys.platform)
    expectLevel(me, 'platform')
    return `platform key ${me.key_id}`
  }
  const [own, stranger] = keys.tenants
  if (own === stranger) throw new CheckRefused('usage', 'The two keys are the same one.')
  const both = [await whoIs(server, own), await whoIs(server, stranger)]
  for (const me of both) expectLevel(me, 'tenant')
  if (both[0]?.tenant_id === both[1]?.tenant_id) {
    throw new CheckRefused(
      'usage',
      `Both keys are of the tenant ${both[0]?.tenant_id}: one tenant has no wall to itself.`,
    )
  }
  return `tenant keys ${both.map((me) => me.key_id).join(' and ')}`
}

function expectLevel({ level, key_id: id }: Me, expected: 'platform' | 'tenant') {
  if (level === expected) return
  const other = expected === 'platform' ? ' Keys of two tenants do too: --keys <a> <b>.' : ''
  throw new CheckRefused('denied', `${id} is a ${level} key; the check takes a ${expected} key.${other}`)
}

async function whoIs(server: Server, key: string): Promise<Me> {
  const { status, body } = await ask(() =>
    client(server.url, key, server.fetch).get<Me & { detail?: string }>('/v1/me'),
  )
  if (status === 200 && body.key_id) return body
  if (status === 401 || status === 403)
    throw new CheckRefused('denied', body.detail ?? `A key was answered with ${status}.`)
  throw new CheckRefused('upstream', `${server.url} answered ${status}, but not as Bulkhead does.`)
}

async function ask<T>(request: () => Promise<Reply<T>>): Promise<Reply<T>> {
  try {
    return await request()
  } catch (error) {
    if (error instanceof ServerUnavailable) throw new CheckRefused('upstream', error.message)
    throw error
  }
}
