import type { Api, Reply } from '#isolation/server/client.ts'
import { percentile } from '../quality/metrics.ts'
import { expectStatus } from '../server/create-tenant.ts'
import type { Corpus } from './write-corpus.ts'

const warmUps = 50
const rounds = 400

export type SearchTimes = { search: number[]; me: number[] }

/**
 * Times searches through HTTP, one at a time, each beside a `GET /v1/me`: that costs what every request costs
 * (connection, credential, one transaction), so the ratio of the two says what searching adds, whatever the machine.
 */
export async function measureSearch(api: Api, space: string, corpus: Corpus): Promise<SearchTimes> {
  const search = () => api.post('/v1/search', { query: corpus.writeQuery(), spaces: [space] })
  const me = () => api.get('/v1/me')
  for (let i = 0; i < warmUps; i++) await Promise.all([time(search), time(me)])
  const times: SearchTimes = { search: [], me: [] }
  for (let i = 0; i < rounds; i++) {
    times.me.push(await time(me))
    times.search.push(await time(search))
  }
  return times
}

async function time(call: () => Promise<Reply<unknown>>): Promise<number> {
  const started = performance.now()
  const reply = await call()
  const ms = performance.now() - started
  expectStatus(200, reply)
  return ms
}

export function median(times: readonly number[]): number {
  return percentile(times, 0.5)
}
