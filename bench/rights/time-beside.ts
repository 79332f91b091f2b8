import type { Api, Reply } from '#isolation/server/client.ts'
import { expectStatus } from '../server/create-tenant.ts'
import { createCorpus } from '../speed/write-corpus.ts'
import type { Callers } from './prepare-callers.ts'

export type Pair = { freeMs: number; heldMs: number }

const warmUps = 30

/** Each request of a user's key beside the same of the key that acts for nobody, first the one and then the other. */
export async function timeBeside({ free, member, guest, file }: Callers, samples: number) {
  const corpus = createCorpus(11)
  const acts: [string, Api, (api: Api, query: string) => Promise<Reply<unknown>>][] = [
    ['get a file, as a member', member, (api) => api.get(`/v1/files/${file}`)],
    ['get a file, as a guest', guest, (api) => api.get(`/v1/files/${file}`)],
    ['search, as a member', member, (api, query) => api.post('/v1/search', { query })],
    ['search, as a guest with 1 %', guest, (api, query) => api.post('/v1/search', { query })],
  ]
  const pairs = new Map<string, Pair[]>()
  for (const [what, held, act] of acts) {
    const own: Pair[] = []
    for (let i = -warmUps; i < samples; i++) {
      const query = corpus.writeQuery()
      const time = async (api: Api) => {
        const started = performance.now()
        expectStatus(200, await act(api, query))
        return performance.now() - started
      }
      const [first, second] = i % 2 === 0 ? [free, held] : [held, free]
      const [firstMs, secondMs] = [await time(first), await time(second)]
      const [freeMs, heldMs] = first === free ? [firstMs, secondMs] : [secondMs, firstMs]
      if (i >= 0) own.push({ freeMs, heldMs })
    }
    pairs.set(what, own)
  }
  return pairs
}
