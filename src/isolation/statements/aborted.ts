import type { Caller, Place } from '../world/world.ts'
import type { Given, Probe, Statement } from '../statement.ts'
import { callerInWords, everyCaller } from '../world/readings.ts'
import { readablePlaces } from '../world/traces.ts'
import { fresh } from '../routes/samples.ts'
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
        await Promise.all(delays.map((afterMs, j) => breakOff(given, callers, tally, afterMs, i + j)))
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

async function breakOff(
  { world }: Given,
  callers: Caller[],
  tally: { broken: number; sent: number },
  afterMs: number,
  number: number,
): Promise<void> {
  const caller = callers[number % callers.length]
  const [place] = caller ? readablePlaces(caller) : []
  if (!caller || !place) return
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), afterMs)
  tally.sent++
  try {
    await doomed(number, caller, place, controller.signal, fresh(world, 'aborted'))
  } catch (error) {
    if (!controller.signal.aborted)
      throw new Error(`${callerInWords(caller)} could not ask`, { cause: error })
    tally.broken++
  } finally {
    clearTimeout(timer)
  }
}

/** A request of one kind after the other. */
function doomed(
  number: number,
  { api, run }: Caller,
  { space, file }: Place,
  signal: AbortSignal,
  name: string,
) {
  const form = new FormData()
  form.append('space', space.id)
  form.append('file', new Blob(['Nobody waits for this file. '.repeat(2000)]), `${name}.txt`)
  const kinds = [
    () => api.post('/v1/search', { query: run.commonWords, spaces: '*' }, { signal }),
    () => api.send('POST', '/v1/files', { body: form, signal }),
    () => api.get(`/v1/files/${file.id}/content`, { signal }),
    () => api.post('/v1/ask', { question: run.question, spaces: '*' }, { signal }),
    () => api.get(`/v1/files?space=${space.id}`, { signal }),
  ]
  return kinds[number % kinds.length]?.()
}
