import type { Given, Probe, Statement } from '../statement.ts'
import { callerInWords, everyCaller } from '../world/readings.ts'
import { findTrace, foreignTraces, readablePlaces } from '../world/traces.ts'
import type { Caller, World } from '../world/world.ts'

const batchSize = 100

/** Everybody asks at once, over and over: each is answered what is its own, whole, and nothing else. */
export const interleavingStatement: Statement = {
  id: 'interleaving',
  proves: ['I09'],
  title: 'However many callers ask at the same time, each is answered its own and nothing of another.',
  async *examine(given) {
    const questions = questionsOf(given)
    const count = expectedProbes(given)
    for (let asked = 0; asked < count; asked += batchSize) {
      yield Array.from({ length: Math.min(batchSize, count - asked) }, (_, i) =>
        probeOf(questions[(asked + i * 7) % questions.length]),
      )
    }
  },
  expectedProbes,
}

function expectedProbes({ probes }: Given): number {
  return Math.max(100, Math.floor(probes / 10))
}

/** What a caller asks, with what its answer has to hold. */
export type Question = {
  request: string
  ask: () => Promise<{ status: number; body: unknown }>
  own: string
  foreign: string[]
}

/** Questions of every key, those of one kind beside each other, so that neighbours in time are others in person. */
export function questionsOf({ world }: Given): Question[] {
  const askers = everyCaller(world).map((caller) => asked(world, caller))
  const most = Math.max(...askers.map(({ length }) => length))
  return Array.from({ length: most }, (_, i) => askers.flatMap((questions) => questions[i] ?? [])).flat()
}

function asked(world: World, caller: Caller): Question[] {
  const { api, customer, level } = caller
  const foreign = foreignTraces(world, caller)
  const [place] = readablePlaces(caller)
  const question = (request: string, own: string, ask: Question['ask']) => ({
    request: `${callerInWords(caller)}: ${request}`,
    ask,
    own,
    foreign,
  })
  const self = question('GET /v1/me', caller.keyId, () => api.get('/v1/me'))
  if (level === 'platform' || level === 'partner' || !place) {
    const path = `/v1/tenants/${customer.tenant.id}`
    return [self, question(`GET ${path}`, customer.tenant.slug, () => api.get(path))]
  }
  const { space, file, marker } = place
  const query = { query: `${world.run.commonWords} ${marker}`, spaces: '*' }
  const paths = [`/v1/files/${file.id}`, `/v1/files?space=${space.id}&limit=200`, `/v1/spaces/${space.id}`]
  return [
    self,
    question('POST /v1/search', marker, () => api.post('/v1/search', query)),
    ...paths.map((path, i) => question(`GET ${path}`, i < 2 ? file.name : space.id, () => api.get(path))),
    question(`GET /v1/files/${file.id}/text`, marker, () => api.get(`/v1/files/${file.id}/text`)),
    question('POST /v1/ask', file.id, () =>
      api.post('/v1/ask', { question: world.run.question, spaces: [space.id] }),
    ),
  ]
}

export function probeOf(question: Question | undefined): Probe {
  if (!question) throw new Error('there is no question')
  const { request, ask, own, foreign } = question
  return {
    request,
    run: async () => {
      const { status, body } = await ask()
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const trace = findTrace(text, foreign)
      if (trace !== undefined) return `the answer holds ${trace}`
      return status === 200 && text.includes(own)
        ? undefined
        : `was answered ${status}, without its own ${own}`
    },
  }
}
