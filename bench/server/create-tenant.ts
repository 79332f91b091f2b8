import { type Api, client, type Reply } from '#isolation/server/client.ts'

/** A new tenant with its default space; the caller has a key for all of it. */
export async function createTenant(platform: Api, url: string, slug: string): Promise<Api> {
  const tenant = expectStatus(201, await platform.post<{ id: string }>('/v1/tenants', { slug }))
  const key = { name: `key of ${slug}`, tenant: tenant.id }
  const { secret } = expectStatus(201, await platform.post<{ secret: string }>('/v1/keys', key))
  return client(url, secret)
}

/** @throws Error with the answer, when it is another one */
export function expectStatus<Body>(status: number, reply: Reply<Body>): Body {
  if (reply.status === status) return reply.body
  throw new Error(`expected ${status}, got ${reply.status}: ${JSON.stringify(reply.body)}`)
}
