import { breakOff, type Doomed } from '../server/break-off.ts'
import type { Given, Probe, Statement } from '../statement.ts'
import { everyCaller } from '../world/readings.ts'
import { readablePlaces } from '../world/traces.ts'
import type { Caller, Place, World } from '../world/world.ts'
import { fresh } from '../routes/samples/making.ts'
import { probeOf, questionsOf } from './interleaving.ts'

const batchSize = 50
/** Few enough that none is broken off before it was sent. */
const atOnce = 4

/** Requests are broken off anywhere; whoever comes next is answered right. */
export const abortedStatement: Statement = {
  id: 'aborted',
  proves: ['I10'],
  title:
    'After requests that were broken off at any point, the next ones are answered their own and nothing of another.',
  async *examine(given) {
    const questions = questionsOf(given)
    const callers = everyCaller(given.world).filter((caller) => readablePlaces(caller).length > 0)
    const tally = { broken: 0, sent: 0 }
    const usualMs = await timeOf(callers[0])
    for (let left = breaks(given); left > 0; left -= batchSize) {
      const count = Math.min(left, batchSize)
      for (let i = 0; i < count; i += atOnce) {
        const delays = Array.from({ length: Math.min(atOnce, count - i) }, () => given.random() * 2 * usualMs)
        await Promise.all(delays.map((afterMs, j) => tryOne(given, callers, tally, afterMs, i + j)))
      }
      yield Array.from({ length: count }, (_, i) => probeOf(questions[(left + i * 7) % questions.length]))
    }
    yield [control(tally)]
  },
  expectedProbes: breaks,
}

function breaks({ probes }: Given): number {
  return Math.min(1000, Math.max(50, Math.floor(probes / 20)))
}

function control(tally: { broken: number; sent: number }): Probe {
  return {
    request: 'requests that were broken off',
    isControl: true,
    run: async () =>
      tally.broken > tally.sent / 10 ? undefined : `were ${tally.broken} of ${tally.sent} alone`,
  }
}

/** How long a search takes here: breaking off before twice of it meets every stage of a request. */
async function timeOf(caller: Caller | undefined): Promise<number> {
  const startedAt = performance.now()
  await caller?.api.post('/v1/search', { query: caller.run.commonWords, spaces: '*' })
  return performance.now() - startedAt
}

async function tryOne(
  { world }: Given,
  callers: Caller[],
  tally: { broken: number; sent: number },
  afterMs: number,
  number: number,
): Promise<void> {
  const caller = callers[number % callers.length]
  const [place] = caller ? readablePlaces(caller) : []
  if (!caller || !place) return
  tally.sent++
  const request = doomedRequest(number, world, place)
  if ((await breakOff(world.server, caller.key, request, afterMs)) === 'broken off') tally.broken++
}

/** A request of one kind after the other. */
function doomedRequest(number: number, { run }: World, { space, file }: Place): Doomed {
  const form = new FormData()
  form.append('space', space.id)
  form.append(
    'file',
    new Blob(['Nobody waits for this file. '.repeat(2000)]),
    `${fresh({ run }, 'aborted')}.txt`,
  )
  const kinds: Doomed[] = [
    { method: 'POST', path: '/v1/search', body: { query: run.commonWords, spaces: '*' } },
    { method: 'POST', path: '/v1/files', body: form },
    { method: 'GET', path: `/v1/files/${file.id}/content` },
    { method: 'POST', path: '/v1/ask', body: { question: run.question, spaces: '*' } },
    { method: 'GET', path: `/v1/files?space=${space.id}` },
  ]
  const kind = kinds[number % kinds.length]
  if (!kind) throw new Error('there is no kind of request')
  return kind
}
