import { setTimeout as pause } from 'node:timers/promises'
import { fresh } from '../routes/samples/making.ts'
import { type Api, client } from '../server/client.ts'
import { expectStatus, made } from '../server/replies.ts'
import type { Probe, Statement } from '../statement.ts'
import { markerOf } from '../world/name-run.ts'
import { waitForFiles } from '../world/wait-for-files.ts'
import type { World } from '../world/world.ts'

/** What is made under a name that was there before starts empty, and the keys of the former one stay shut. */
export const recreationStatement: Statement = {
  id: 'recreation',
  proves: ['I19'],
  title:
    'A tenant, space or file that is made again under the name of a deleted one starts empty, and old keys open nothing of it.',
  async *examine({ world }) {
    yield* again(world, 'file', remakeFile)
    yield* again(world, 'space', remakeSpace)
    if (world.platform) yield* again(world, 'tenant', remakeTenant)
    else yield { notChecked: 'a tenant made again', why: 'it takes a platform key' }
  },
  expectedProbes: () => 18,
}

/** What was there, and what is there now under the same name. */
type Remade = {
  file: string
  old: Api
  /** Deletes the former and makes the latter; to be called once the former has been seen. */
  remake: () => Promise<Api>
  /** What the former key is answered for what it held. */
  oldKeyGets: number
}

async function* again(
  world: World,
  what: string,
  make: (world: World, word: string) => Promise<Remade>,
): AsyncGenerator<Probe[]> {
  const word = markerOf(world.run, `former${what}`)
  const { file, old, remake, oldKeyGets } = await make(world, word)
  const count = async (api: Api) => {
    const body = { query: word, spaces: '*', mode: 'text' }
    return made(await api.post<{ total: number }>('/v1/search', body), 200).total
  }
  yield [
    {
      request: `POST /v1/search in the former ${what}`,
      isControl: true,
      run: async () => ((await count(old)) === 1 ? undefined : 'does not find its file'),
    },
  ]
  const young = await remake()
  yield [
    {
      request: `POST /v1/search in the ${what} made again`,
      run: async () => ((await count(young)) === 0 ? undefined : 'counts what was in the former one'),
    },
    ...['', '/text', '/content', '/chunks'].map((part) => ({
      request: `GET /v1/files/${file}${part} by the ${what} made again`,
      run: async () => expectStatus(404, await young.get(`/v1/files/${file}${part}`)),
    })),
    {
      request: `GET /v1/files/${file} by the key of the former ${what}`,
      run: async () => expectStatus(oldKeyGets, await old.get(`/v1/files/${file}`)),
    },
  ]
}

async function remakeFile(world: World, word: string): Promise<Remade> {
  const { api, space } = world.own.second
  const fields = { space: space.id, external_id: fresh(world, 'former') }
  const { id } = await upload(api, word, fields)
  return {
    file: id,
    old: api,
    oldKeyGets: 404,
    remake: async () => {
      made(await api.delete(`/v1/files/${id}`), 204)
      await upload(api, 'something else', fields)
      return api
    },
  }
}

function remakeSpace(world: World, word: string): Promise<Remade> {
  const { api } = world.own.tenant
  const remove = async (id: string) => void made(await api.delete(`/v1/spaces/${id}?force=true`), 204)
  return remakeKeyed(world, word, { maker: api, path: '/v1/spaces', level: 'space', remove })
}

function remakeTenant(world: World, word: string): Promise<Remade> {
  const api = world.platform?.api
  if (!api) throw new Error('a tenant can be made with a platform key alone')
  const fields = { partner: world.own.partner.id }
  const remove = (id: string) => eraseTenant(api, id)
  return remakeKeyed(world, word, { maker: api, path: '/v1/tenants', level: 'tenant', fields, remove })
}

type Making = {
  maker: Api
  path: string
  /** Besides its slug. */
  fields?: Record<string, string>
  /** Whose keys it has. */
  level: 'space' | 'tenant'
  remove: (id: string) => Promise<void>
}

/** What has files and keys of its own. */
async function remakeKeyed(
  world: World,
  word: string,
  { maker, path, fields, level, remove }: Making,
): Promise<Remade> {
  const slug = fresh(world, 'former')
  const make = async () => {
    const { id } = made(await maker.post<{ id: string }>(path, { ...fields, slug }))
    const { secret } = made(await maker.post<{ secret: string }>('/v1/keys', { name: slug, [level]: id }))
    return { id, api: client(world.server.url, secret, world.server.fetch) }
  }
  const { id, api } = await make()
  const file = await upload(api, word, {})
  return {
    file: file.id,
    old: api,
    oldKeyGets: 401,
    remake: async () => {
      await remove(id)
      return (await make()).api
    },
  }
}

const patienceMs = 120_000

/** Erases a tenant and waits until nothing of it is left. @throws Error when that takes minutes */
export async function eraseTenant(api: Api, id: string): Promise<void> {
  const { status } = await api.delete(`/v1/tenants/${id}`)
  if (status !== 202 && status !== 404) throw new Error(`Erasing ${id} was answered with ${status}.`)
  const deadline = performance.now() + patienceMs
  for (let waitMs = 20; ; waitMs = Math.min(1000, waitMs * 2)) {
    if ((await api.get(`/v1/tenants/${id}`)).status === 404) return
    if (performance.now() > deadline) throw new Error(`${id} was not erased within ${patienceMs / 1000} s.`)
    await pause(waitMs)
  }
}

async function upload(api: Api, word: string, fields: Record<string, string>): Promise<{ id: string }> {
  const file = made(await api.upload<{ id: string }>('former.txt', `The ${word} was here.`, fields))
  await waitForFiles([{ api, file }])
  return file
}
