import { fresh } from '../routes/samples/making.ts'
import { exchange, type Sample } from '../server/exchange.ts'
import { made } from '../server/replies.ts'
import type { Probe, Statement } from '../statement.ts'
import { waitForFiles } from '../world/wait-for-files.ts'
import type { Place, World } from '../world/world.ts'

const addedFiles = 8

/** What a neighbour adds, changes and deletes moves no score, total, order or list of anybody else. */
export const neighboursStatement: Statement = {
  id: 'neighbours',
  proves: ['I15'],
  title:
    'Scores, totals, answers and lists are byte for byte what they were, whatever a neighbouring tenant or space adds, changes or deletes.',
  async *examine({ world }) {
    const { own, sibling, stranger } = world
    const neighbours = [stranger.first, ...(sibling ? [sibling.first] : []), own.second]
    for (const neighbour of neighbours) yield* besideWriter(world, neighbour)
  },
  expectedProbes: ({ world }) => (world.sibling ? 3 : 2) * (readings(world.own.first).length + 1) * 4,
}

/** The key of one space looks, a neighbour writes. */
async function* besideWriter(world: World, neighbour: Place): AsyncGenerator<Probe[]> {
  const { run, own } = world
  await ownFilesAreRead(own.first)
  const before = await lookAround(world, own.first)
  yield [
    {
      request: `key ${own.first.keyId}: POST /v1/search ${run.commonWords}`,
      isControl: true,
      run: async () =>
        before[0]?.includes(own.first.file.id) ? undefined : 'finds nothing whose score could move',
    },
  ]
  const files: { id: string }[] = []
  const stages: [string, () => Promise<void>][] = [
    ['added files', async () => void files.push(...(await addFiles(run, neighbour)))],
    ['changed files', () => changeFiles(neighbour, files)],
    ['deleted files', () => deleteFiles(neighbour, files)],
  ]
  for (const [what, act] of stages) {
    await act()
    const after = await lookAround(world, own.first)
    yield before.map((answer, i) => ({
      request: `key ${own.first.keyId}: ${JSON.stringify(readings(own.first, run)[i])} after ${neighbour.space.id} ${what}`,
      run: async () => (after[i] === answer ? undefined : 'the answer is another one'),
    }))
  }
}

/** Questions whose answers hold scores, totals, counts and order. */
function readings({ space, file, marker }: Place, run?: World['run']): { route: string; sample: Sample }[] {
  const query = `${run?.commonWords} ${marker}`
  const search = (body: object) => ({ route: 'POST /v1/search', sample: { body: { query, ...body } } })
  return [
    search({ spaces: [space.id] }),
    search({ spaces: '*', mode: 'text' }),
    search({ spaces: '*', mode: 'hybrid' }),
    search({ spaces: '*', files: [file.id], group_by_file: true }),
    search({ query: misspelled(query), spaces: '*', explain: true }),
    { route: 'GET /v1/search/suggestions', sample: { query: { q: query.slice(0, 4), spaces: '*' } } },
    { route: 'POST /v1/ask', sample: { body: { question: run?.question, spaces: '*' } } },
    { route: 'GET /v1/files', sample: { query: { space: '*', limit: 200 } } },
    { route: `GET /v1/files/${file.id}/chunks`, sample: {} },
  ]
}

/** The first word with two letters swapped. */
function misspelled(query: string): string {
  return query.replace(/^(..)(.)(.)/, '$1$3$2')
}

async function lookAround({ server, run }: World, place: Place): Promise<string[]> {
  const answers = []
  for (const { route, sample } of readings(place, run)) {
    const [method = '', path = ''] = route.split(' ')
    answers.push(JSON.stringify(await exchange(server, place.key, { method, path }, sample)))
  }
  return answers
}

async function ownFilesAreRead({ api }: Place): Promise<void> {
  const page = made(await api.get<{ data: { id: string; status: string }[] }>('/v1/files?limit=200'), 200)
  const unread = page.data.filter(({ status }) => status !== 'ready' && status !== 'failed')
  await waitForFiles(unread.map((file) => ({ api, file })))
}

async function addFiles(run: World['run'], { api, space }: Place): Promise<{ id: string }[]> {
  const files = []
  for (let i = 0; i < addedFiles; i++) {
    const name = `${fresh({ run }, 'neighbour')}.md`
    const text = `${run.commonText.repeat(i + 1)}\n${run.commonWords}\n`
    files.push(made(await api.upload<{ id: string }>(name, text, { space: space.id })))
  }
  await waitForFiles(files.map((file) => ({ api, file })))
  return files
}

async function changeFiles({ api }: Place, files: { id: string }[]): Promise<void> {
  for (const { id } of files)
    made(await api.patch(`/v1/files/${id}`, { name: 'changed.md', metadata: { team: 'other' } }), 200)
}

async function deleteFiles({ api }: Place, files: { id: string }[]): Promise<void> {
  for (const { id } of files) made(await api.delete(`/v1/files/${id}`), 204)
}
