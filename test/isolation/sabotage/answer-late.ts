import { type Answer } from '../../support/tampering-proxy.ts'
import { caching, change, isAt, type Sabotage } from './sabotage.ts'

/** Answers of another moment: of somebody on the same way, or of what is gone. */
export const comingLate: Sabotage[] = [
  {
    what: 'mixes up two answers that are on their way together',
    statement: 'interleaving',
    tamper: () => {
      let count = 0
      let former: (Answer & { key: string }) | undefined
      return async ({ key }, forward) => {
        const answer = await forward()
        const mixed = ++count % 50 === 0 && former && former.key !== key ? former : answer
        former = { ...answer, key }
        return mixed
      }
    },
    finding: /leak: .* (the answer holds|was answered 200, without its own)/,
  },
  {
    what: 'leaves the answer of a request that was broken off to the next caller',
    statement: 'aborted',
    tamper: () => {
      let orphan: (Answer & { key: string }) | undefined
      return async ({ key, isGone }, forward) => {
        const answer = await forward()
        if (isGone()) orphan = { ...answer, key }
        else if (orphan && orphan.key !== key) {
          const { key: _whose, ...left } = orphan
          orphan = undefined
          return left
        }
        return answer
      }
    },
    finding: /leak: .* (the answer holds|was answered \d+, without its own)/,
  },
  {
    what: 'shows a deleted file once more',
    statement: 'at-once',
    tamper: () =>
      caching(
        ({ method, path, key }) =>
          method === 'GET' && path.endsWith('/text') ? `${key} ${path}` : undefined,
        ({ status }) => status === 404,
      ),
    finding: /GET \/v1\/files\/\{id\}\/text, file fil_\w+ once it is deleted: still shows it/,
  },
  {
    what: 'lets the keys of a suspended tenant in',
    statement: 'at-once',
    tamper: () =>
      change(
        ({ path }) => path === '/v1/me',
        (answer) => ({ ...answer, status: 200 }),
      ),
    finding: /GET \/v1\/me once its tenant is suspended: was answered with 200 instead of 403/,
  },
  {
    what: 'still finds what stood under a former slug',
    statement: 'recreation',
    tamper: () =>
      caching(
        ({ path, body }) => (isAt(path, '/v1/search') ? body.toString() : undefined),
        ({ status }) => status === 200,
      ),
    finding: /POST \/v1\/search in the (file|space|tenant) made again: counts what was in the former one/,
  },
]
