import { Agent, request } from 'node:http'
import type { Probe } from './prepare-probes.ts'

/** Times of one pair of requests, alike but for whose id they name. */
export type Pair = { somebodysMs: number; nobodysMs: number }

type Whose = 'somebodys' | 'nobodys'

/** Header that says whose id a request names: for the self-test, and without meaning to the server. */
export const mark = 'x-measured'

/**
 * Times pairs, one request at a time over one connection. Which of the two comes first changes from pair to pair, so
 * that neither drifts nor warms up for the other. Each side is the fastest of `tries` requests in turn: what else the
 * machine does only ever adds time, and would hide what is looked for.
 * @throws Error when the two are not answered alike
 */
export async function timePairs(
  probes: readonly Probe[],
  { url, samples, tries }: { url: string; samples: number; tries: number },
): Promise<Map<Probe, Pair[]>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const pairs = new Map(probes.map((probe) => [probe, [] as Pair[]]))
  try {
    for (let sample = -warmUps; sample < samples; sample++) {
      for (const probe of probes) {
        const pair = await timePair(probe, sample, { url, agent, tries })
        if (sample >= 0) pairs.get(probe)?.push(pair)
      }
    }
    return pairs
  } finally {
    agent.destroy()
  }
}

const warmUps = 20

type Target = { url: string; agent: Agent; tries: number }

async function timePair(probe: Probe, sample: number, { tries, ...target }: Target): Promise<Pair> {
  const best = { somebodys: Infinity, nobodys: Infinity }
  const statuses = new Set<number>()
  for (let turn = 0; turn < tries; turn++) {
    const order: Whose[] = (sample + turn) % 2 ? ['somebodys', 'nobodys'] : ['nobodys', 'somebodys']
    for (const whose of order) {
      const ids = probe[whose]
      const number = (Math.abs(sample) * tries + turn) % ids.length
      const { ms, status } = await time(probe, ids[number] ?? '', whose, target)
      best[whose] = Math.min(best[whose], ms)
      statuses.add(status)
    }
  }
  const [status] = statuses
  if (statuses.size > 1 || status !== probe.status)
    throw new Error(`${probe.what} was answered ${[...statuses].join(' and ')}, not ${probe.status}`)
  return { somebodysMs: best.somebodys, nobodysMs: best.nobodys }
}

type Timed = { ms: number; status: number }

function time(probe: Probe, id: string, whose: Whose, { url, agent }: Omit<Target, 'tries'>): Promise<Timed> {
  const { method, path, body, type } = probe.ask(id)
  const headers = {
    authorization: `Bearer ${probe.key}`,
    [mark]: whose,
    ...(body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
  }
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const outgoing = request(new URL(path, url), { method, headers, agent }, (incoming) => {
      incoming.resume()
      incoming.on('error', reject)
      incoming.on('end', () => resolve({ ms: performance.now() - started, status: incoming.statusCode ?? 0 }))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
