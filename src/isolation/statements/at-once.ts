import { fresh } from '../routes/samples/making.ts'
import { exchange } from '../server/exchange.ts'
import { expectStatus, made } from '../server/replies.ts'
import type { Given, Probe, Statement } from '../statement.ts'
import { markerOf } from '../world/name-run.ts'
import { waitForFiles } from '../world/wait-for-files.ts'
import type { Place, World } from '../world/world.ts'

/** What is deleted, revoked or suspended is so for the very next request. */
export const atOnceStatement: Statement = {
  id: 'at-once',
  proves: ['I19'],
  title: 'A deleted file, a revoked key and a suspended tenant are gone in the same instant, everywhere.',
  async *examine(given) {
    const { world } = given
    const files = await uploadFiles(world, deletions(given))
    for (const file of files) yield* askAndDelete(world, file)
    if (world.platform && world.sibling) yield* suspend(world)
    else yield { notChecked: 'a suspended tenant', why: 'it takes a platform key' }
  },
  expectedProbes: (given) => deletions(given) * sights.length * 2,
}

const deletions = ({ probes }: Given) => Math.min(100, Math.max(5, Math.floor(probes / 500)))

type Doomed = { id: string; word: string }

/** Ways to see a file, with what tells that it was seen. */
const sights: { what: string; isSeen: (world: World, place: Place, file: Doomed) => Promise<boolean> }[] = [
  ...['', '/text', '/chunks', '/content'].map((part) => ({
    what: `GET /v1/files/{id}${part}`,
    isSeen: async (_world: World, { api }: Place, { id }: Doomed) =>
      (await api.get(`/v1/files/${id}${part}`)).status !== 404,
  })),
  {
    what: 'GET /v1/files',
    isSeen: async ({ server }, { key, space }, { id }) =>
      (
        await exchange(
          server,
          key,
          { method: 'GET', path: '/v1/files' },
          { query: { space: space.id, limit: 200 } },
        )
      ).body.includes(id),
  },
  {
    what: 'POST /v1/search',
    isSeen: async (_world, { api, space }, { word, id }) => {
      // The words of the other files are one letter away.
      const body = { query: word, spaces: [space.id], mode: 'text', correct: false }
      const found = await api.post<{ total: number }>('/v1/search', body)
      return found.body.total !== 0 || JSON.stringify(found.body).includes(id)
    },
  },
  {
    what: 'POST /v1/ask',
    isSeen: async (_world, { api, space }, { word, id }) =>
      JSON.stringify(
        (await api.post('/v1/ask', { question: `Where is the ${word}?`, spaces: [space.id] })).body,
      ).includes(id),
  },
]

async function uploadFiles(world: World, count: number): Promise<Doomed[]> {
  const { api, space } = world.own.first
  const files = []
  for (let i = 0; i < count; i++) {
    const name = fresh(world, 'doomed')
    const word = markerOf(world.run, `doomed${letters(i)}`)
    const text = `The ${word} is in the north tower.`
    files.push({ ...made(await api.upload<{ id: string }>(`${name}.txt`, text, { space: space.id })), word })
  }
  await waitForFiles(files.map((file) => ({ api, file })))
  return files
}

/** 0 → aa, 1 → ab …: a digit would part the word in two. */
const letters = (i: number) => String.fromCodePoint(97 + Math.floor(i / 26), 97 + (i % 26))

async function* askAndDelete(world: World, file: Doomed): AsyncGenerator<Probe[]> {
  const place = world.own.first
  const see = (expected: boolean, when: string): Probe[] =>
    sights.map(({ what, isSeen }) => ({
      request: `key ${place.keyId}: ${what}, file ${file.id} ${when}`,
      ...(expected ? { isControl: true as const } : {}),
      run: async () =>
        (await isSeen(world, place, file)) === expected
          ? undefined
          : expected
            ? 'is not shown'
            : 'still shows it',
    }))
  yield see(true, 'before')
  made(await place.api.delete(`/v1/files/${file.id}`), 204)
  yield see(false, 'once it is deleted')
}

async function* suspend({ platform, sibling, stranger }: World): AsyncGenerator<Probe[]> {
  if (!platform || !sibling) return
  const expectMe = (expected: number, isControl: boolean, when: string): Probe[] =>
    [sibling.tenant, sibling.first, sibling.second].map(({ keyId, api }) => ({
      request: `key ${keyId}: GET /v1/me ${when}`,
      ...(isControl ? { isControl: true as const } : {}),
      run: async () => expectStatus(expected, await api.get('/v1/me')),
    }))
  yield expectMe(200, true, 'before its tenant is suspended')
  made(await platform.api.post(`/v1/tenants/${sibling.tenant.id}/suspend`), 200)
  try {
    yield [
      ...expectMe(403, false, 'once its tenant is suspended'),
      {
        request: `key ${stranger.tenant.keyId}: GET /v1/me while another tenant is suspended`,
        run: async () => expectStatus(200, await stranger.tenant.api.get('/v1/me')),
      },
    ]
  } finally {
    made(await platform.api.post(`/v1/tenants/${sibling.tenant.id}/resume`), 200)
  }
  yield expectMe(200, true, 'after it was resumed')
}
