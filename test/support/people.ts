import { type Api, client, createKey, type TestApp } from './app.ts'

export type Person = { id: string; name: string; key: string; api: Api }

let made = 0

/** A user of the tenant and a key that acts for them. */
export async function createPerson(
  app: TestApp,
  tenant: Api,
  { name = `person ${++made}`, roles = ['member'] }: { name?: string; roles?: string[] } = {},
): Promise<Person> {
  const user = await create<{ id: string }>(tenant, '/v1/users', { name, roles })
  const key = await createKey(tenant, { name: `key of ${name}`, user: user.id })
  return { id: user.id, name, key, api: client(app.url, key) }
}

/** What a `POST` made. @throws Error with the answer when it made nothing */
export async function create<T>(api: Api, path: string, body: object): Promise<T> {
  const reply = await api.post<T>(path, body)
  if (reply.status !== 201) throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
  return reply.body
}

const reading = ['files:read', 'search:query', 'answers:ask']

/** The id of a new grant. */
export async function grant(tenant: Api, body: Record<string, unknown>): Promise<string> {
  return (await create<{ id: string }>(tenant, '/v1/grants', { permissions: reading, ...body })).id
}
