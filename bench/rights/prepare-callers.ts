import { type Api, client } from '#isolation/server/client.ts'
import { createTenant, expectStatus } from '../server/create-tenant.ts'
import { inParallel } from '../server/in-parallel.ts'
import { waitUntilRead } from '../server/list-files.ts'
import { createCorpus } from '../speed/write-corpus.ts'

export type Callers = {
  /** Acts for nobody, and is held to nothing. */
  free: Api
  /** Acts for a member who is in three groups and enters every space. */
  member: Api
  /** Acts for a guest who may read one file in a hundred of the restricted space. */
  guest: Api
  /** One that all of them may read. */
  file: string
}

type Size = { documents: number; grants: number }

/** A tenant with one space of documents, people in it, and so many grants for others on the space. */
export async function prepareCallers(
  url: string,
  platform: Api,
  { documents, grants }: Size,
): Promise<Callers> {
  const free = await createTenant(platform, url, 'rights')
  const corpus = createCorpus(7)
  const files: string[] = []
  await inParallel([...Array(documents).keys()], 4, async (number) => {
    const reply = await free.upload<{ id: string }>(`document ${number}.md`, corpus.writeDocument())
    files[number] = expectStatus(201, reply).id
  })
  await waitUntilRead(free, 60_000 + documents * 10_000)
  const make = async (path: string, body: object) =>
    expectStatus(201, await free.post<{ id: string; secret: string }>(path, body))
  const act = async (name: string, role: string) => {
    const user = await make('/v1/users', { name, roles: [role] })
    const { secret } = await make('/v1/keys', { name, user: user.id })
    return { id: user.id, api: client(url, secret) }
  }
  const [member, guest] = [await act('member', 'member'), await act('guest', 'guest')]
  for (const name of ['one', 'two', 'three']) {
    const group = await make('/v1/groups', { name })
    expectStatus(200, await free.post(`/v1/groups/${group.id}/members`, { user: member.id }))
  }
  const permissions = ['files:read', 'search:query']
  const readable = files.filter((_, number) => number % 100 === 0)
  for (const file of readable) await make('/v1/grants', { user: guest.id, file, permissions })
  const others = await make('/v1/users', { name: 'others', roles: ['guest'] })
  await inParallel([...Array(grants).keys()], 8, async () => {
    await make('/v1/grants', { user: others.id, space: 'default', permissions })
  })
  return { free, member: member.api, guest: guest.api, file: files[0] ?? '' }
}
