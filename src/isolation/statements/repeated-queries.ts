import { fresh } from '../routes/samples/making.ts'
import { client } from '../server/client.ts'
import { expectStatus, made } from '../server/replies.ts'
import type { Given, Probe, Statement } from '../statement.ts'
import { callerInWords, everyCaller } from '../world/readings.ts'
import { findTrace, foreignTraces, readablePlaces } from '../world/traces.ts'
import type { Caller, World } from '../world/world.ts'

/** Nothing that was answered once is answered again to somebody else, or after the right has ended. */
export const repeatedQueriesStatement: Statement = {
  id: 'repeated-queries',
  proves: ['I18'],
  title:
    'The same question from a neighbour is never answered with what its first asker was told, nor anything to a key that was revoked.',
  async *examine(given) {
    const askers = everyCaller(given.world).filter((caller) => readablePlaces(caller).length > 0)
    for (let round = 0; round < rounds(given); round++) {
      const owner = askers[round % askers.length]
      const place = owner && readablePlaces(owner)[0]
      if (!place) continue
      const bodies = [
        { path: '/v1/search', body: { query: place.marker, spaces: '*' } },
        { path: '/v1/search', body: { query: given.world.run.commonWords, spaces: '*', limit: 100 } },
        { path: '/v1/ask', body: { question: `What is ${place.marker}?`, spaces: '*' } },
      ]
      const body = bodies[Math.floor(round / askers.length) % bodies.length]
      if (!body) continue
      // The owner first, alone: from here on it could be in somebody's cache.
      yield [probeOf(given.world, owner, body, place.marker)]
      yield askers.map((asker) =>
        probeOf(given.world, asker, body, readablePlaces(asker).includes(place) ? place.marker : undefined),
      )
    }
    for (let i = 0; i < revocations(given); i++) yield* askAndRevoke(given.world)
  },
  expectedProbes: (given) => rounds(given) * 10 + revocations(given) * 8,
}

const rounds = ({ probes }: Given) => Math.min(300, Math.max(27, Math.floor(probes / 100)))
const revocations = ({ probes }: Given) => Math.min(50, Math.max(3, Math.floor(probes / 1000)))

type Asked = { path: string; body: object }

function probeOf(world: World, caller: Caller, { path, body }: Asked, own: string | undefined): Probe {
  const foreign = foreignTraces(world, caller)
  return {
    request: `${callerInWords(caller)}: POST ${path} ${JSON.stringify(body)}`,
    ...(own === undefined ? {} : { isControl: true }),
    run: async () => {
      const { status, body: answer } = await caller.api.post<object>(path, body)
      const { answer: _echo, ...rest } = { answer: '', ...answer }
      const text = JSON.stringify(rest)
      // The question is the caller's own and may stand in its answer: then only what it names counts.
      const trace = findTrace(text, foreign)
      if (trace !== undefined) return `the answer holds ${trace}`
      if (status !== 200) return `was answered with ${status}`
      return own === undefined || path === '/v1/ask' || text.includes(own)
        ? undefined
        : `lacks its own ${own}`
    },
  }
}

/** A key asks until its answer could be kept somewhere, and asks again when it is revoked. */
async function* askAndRevoke(world: World): AsyncGenerator<Probe[]> {
  const { tenant, first } = world.own
  const body = { name: fresh(world, 'short-lived'), space: first.space.id }
  const { id, secret } = made(await tenant.api.post<{ id: string; secret: string }>('/v1/keys', body))
  const api = client(world.server.url, secret, world.server.fetch)
  const uses: [string, () => Promise<{ status: number }>][] = [
    ['POST /v1/search', () => api.post('/v1/search', { query: first.marker })],
    ['POST /v1/ask', () => api.post('/v1/ask', { question: world.run.question })],
    [`GET /v1/files/${first.file.id}`, () => api.get(`/v1/files/${first.file.id}`)],
    [`GET /v1/files/${first.file.id}/content`, () => api.get(`/v1/files/${first.file.id}/content`)],
  ]
  yield uses.map(([request, use]) => ({
    request: `key ${id}: ${request}`,
    isControl: true,
    run: async () => expectStatus(200, await use()),
  }))
  made(await tenant.api.delete(`/v1/keys/${id}`), 200)
  yield uses.map(([request, use]) => ({
    request: `key ${id}: ${request} once it is revoked`,
    run: async () => expectStatus(401, await use()),
  }))
}
