import { inParallel } from '../../bench/server/in-parallel.ts'
import { type Api, createTenant, type TestApp } from './app.ts'
import { readHere } from './read-here.ts'

/** A tenant with one ready file that holds a word no other tenant has. */
export type Member = { id: string; key: string; api: Api; word: string; file: string }

export type Crowd = {
  members: Member[]
  /** One of seven questions of one of the tenants, or the sentence that says what was wrong with its answer. */
  askOne: (number: number) => Promise<string | undefined>
  /** So many questions, `lanes` of them at the same time. */
  askMany: (requests: number, lanes: number) => Promise<string[]>
}

/** Many tenants on one app, which has no worker of its own: they ask at the same time. */
export async function createCrowd(app: TestApp, size: number): Promise<Crowd> {
  const members = await Promise.all(Array.from({ length: size }, (_, i) => createMember(app, wordOf(i))))
  const words = members.map(({ word }) => word)

  const askOne: Crowd['askOne'] = async (number) => {
    const member = members[(number * 7) % size]
    const ask = asking[number % asking.length]
    if (!member || !ask) return 'nobody asked'
    const { status, seen } = await untilServed(async () => {
      const { status, body } = await ask(member)
      const text = JSON.stringify(body)
      return { status, seen: words.filter((word) => text.includes(word)) }
    })
    const isOwn = status === 200 && seen.length === 1 && seen[0] === member.word
    return isOwn ? undefined : `${member.word} was told ${status} ${seen.join()}`
  }
  const askMany: Crowd['askMany'] = async (requests, lanes) => {
    const wrong: string[] = []
    await inParallel([...Array(requests).keys()], lanes, async (number) => {
      const sentence = await askOne(number)
      if (sentence !== undefined) wrong.push(sentence)
    })
    return wrong
  }
  return { members, askOne, askMany }
}

type Reply = { status: number; seen: string[] }

/** A server that has no connection free for long says 503, which tells nothing, and is asked again. */
async function untilServed(ask: () => Promise<Reply>): Promise<Reply> {
  for (let attempt = 1; ; attempt++) {
    const reply = await ask()
    if (reply.status !== 503 || reply.seen.length > 0 || attempt === maxAttempts) return reply
  }
}

const maxAttempts = 10

async function createMember(app: TestApp, word: string): Promise<Member> {
  const { tenant, key, api } = await createTenant(app, { slug: `tenant-${word}` })
  const text = `Common ground. The ${word} is ours.`
  const { body } = await api.upload<{ id: string }>(`${word}.md`, text)
  await readHere(app, { tenant, file: body.id, text })
  return { id: tenant.id, key, api, word, file: body.id }
}

/** Letters only, and none is part of another. */
function wordOf(number: number): string {
  return `tide${String.fromCodePoint(97 + Math.floor(number / 26), 97 + (number % 26))}word`
}

/** Each answer must hold the word of the tenant's own file. */
const asking: ((member: Member) => Promise<{ status: number; body: unknown }>)[] = [
  ({ api }) => api.get('/v1/files'),
  ({ api, file }) => api.get(`/v1/files/${file}`),
  ({ api, file }) => api.get(`/v1/files/${file}/text`),
  ({ api }) => api.get('/v1/tenants'),
  ({ api, word }) => api.post('/v1/search', { query: `common ${word}`, spaces: '*' }),
  ({ api, word }) => api.post('/v1/ask', { question: `Whose is the ${word}?` }),
  ({ api }) => api.post('/v1/search', { query: 'common ground', spaces: '*' }),
]
