import type { Api } from '#isolation/server/client.ts'
import { expectStatus } from '../server/create-tenant.ts'
import { listFiles } from '../server/list-files.ts'
import { mean, ndcg, percentile, recall, reciprocalRank } from './metrics.ts'
import { poolFilter } from './pools.ts'
import type { JudgedSet } from './read-set.ts'

export const modes = ['text', 'hybrid', 'vector'] as const
export type Mode = (typeof modes)[number]

export type Quality = {
  set: string
  mode: Mode
  /** What the server did; another one than asked for when an embedder is missing. */
  mode_used: string
  queries: number
  'ndcg@10': number
  'recall@10': number
  'recall@100': number
  'mrr@10': number
  ms_p50: number
  ms_p99: number
}

type Answer = { results: { file_id: string }[]; mode_used: string }

/** Asks every query once, one after the other, and compares the first hundred files with the judgements. */
export async function askQueries(api: Api, set: JudgedSet, mode: Mode): Promise<Quality> {
  const files = await listFiles(api)
  const documentOf = new Map(files.map(({ id, external_id }) => [id, external_id ?? '']))
  const times: number[] = []
  const rankings: string[][] = []
  let modeUsed = ''
  await ask(api, set, 0, mode) // the first query of a space loads its index
  for (const place of set.queries.keys()) {
    const started = performance.now()
    const { results, mode_used } = await ask(api, set, place, mode)
    times.push(performance.now() - started)
    rankings.push(results.map(({ file_id }) => documentOf.get(file_id) ?? file_id))
    modeUsed = mode_used
  }
  const average = (metric: typeof ndcg, k: number) =>
    round(mean(set.queries.map(({ relevance }, i) => metric(rankings[i] ?? [], relevance, k))), 4)
  return {
    set: set.name,
    mode,
    mode_used: modeUsed,
    queries: set.queries.length,
    'ndcg@10': average(ndcg, 10),
    'recall@10': average(recall, 10),
    'recall@100': average(recall, 100),
    'mrr@10': average(reciprocalRank, 10),
    ms_p50: round(percentile(times, 0.5), 2),
    ms_p99: round(percentile(times, 0.99), 2),
  }
}

async function ask(api: Api, set: JudgedSet, place: number, mode: Mode): Promise<Answer> {
  const query = set.queries[place]?.text
  const body = { query, mode, limit: 100, group_by_file: true, ...poolFilter(set, place) }
  return expectStatus(200, await api.post<Answer>('/v1/search', body))
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
