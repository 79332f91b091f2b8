import { type Answer, withJson } from '../../support/tampering-proxy.ts'
import { caching, change, isAt, type Sabotages } from './sabotage.ts'

/** Answers that hold, count or rank by what is another’s, or take two tenants’ things for one. */
export const showingOthers: Sabotages = (world) => {
  const { own, stranger } = world
  return [
    {
      what: 'shows one foreign word in one result',
      statement: 'markers',
      route: 'POST /v1/search',
      tamper: () => {
        let searches = 0
        return change(
          ({ path, key }) => isAt(path, '/v1/search') && key === own.tenant.key && ++searches === 3,
          (answer) => withJson(answer, (body) => ({ ...body, hint: stranger.first.marker })),
        )
      },
      finding: /tenant key .* of alder: POST \/v1\/search .*: the answer holds \w+cedaronemarker/,
    },
    {
      what: 'counts a file of the neighbouring space',
      statement: 'markers',
      route: 'POST /v1/search',
      tamper: () =>
        change(
          ({ path, key, body }) =>
            isAt(path, '/v1/search') && key === own.first.key && body.includes(world.run.commonWords),
          (answer) => withJson(answer, (body) => ({ ...body, total: Number(body['total']) + 1 })),
        ),
      finding: /space key .*: counts 2 instead of 1/,
    },
    {
      what: 'finds nothing for anybody',
      statement: 'markers',
      route: 'POST /v1/search',
      tamper: () =>
        change(
          ({ path }) => isAt(path, '/v1/search'),
          (answer) => withJson(answer, (body) => ({ ...body, results: [], total: 0 })),
        ),
      finding: /no proof: .*everything of its own: was never shown/,
    },
    {
      what: 'caches answers by the question alone',
      statement: 'repeated-queries',
      tamper: () =>
        caching(
          ({ path, body }) => (isAt(path, '/v1/search') ? body.toString() : undefined),
          ({ status }) => status === 200,
        ),
      finding: /POST \/v1\/search .*: the answer holds/,
    },
    {
      what: 'answers a revoked key from its cache',
      statement: 'repeated-queries',
      tamper: () =>
        caching(
          ({ path, key, body }) => `${key} ${path} ${body.toString()}`,
          ({ status }) => status === 401,
        ),
      finding: /key key_\w+: POST \/v1\/search once it is revoked: was answered with 200 instead of 401/,
    },
    {
      what: 'refuses a slug that another tenant uses',
      statement: 'same-names',
      tamper: () => {
        const taken = new Map<string, string>()
        return async ({ method, path, key, body }, forward) => {
          if (method !== 'POST' || path !== '/v1/spaces') return forward()
          const { slug }: { slug: string } = JSON.parse(body.toString())
          const owner = taken.get(slug) ?? key
          taken.set(slug, owner)
          const answer = await forward()
          return owner === key ? answer : { ...answer, status: 409 }
        }
      },
      finding: /birch: POST \/v1\/spaces with the same slug.*: was answered with 409 instead of 201/,
    },
    {
      what: 'keeps the same bytes once for all tenants',
      statement: 'same-names',
      tamper: () => {
        let first: Answer | undefined
        return async ({ method, path }, forward) => {
          const answer = await forward()
          if (method !== 'POST' || path !== '/v1/files' || answer.status !== 201) return answer
          return (first ??= answer)
        }
      },
      finding: /the files of all of them, compared: two of them are the same file/,
    },
    {
      what: 'lets a neighbour’s files move scores',
      statement: 'neighbours',
      tamper: () => {
        let added = 0
        return async ({ method, path, key }, forward) => {
          if (method === 'POST' && path === '/v1/files' && key === stranger.first.key) added++
          const answer = await forward()
          if (!isAt(path, '/v1/search') || key !== own.first.key || added === 0) return answer
          return { ...answer, body: Buffer.from(answer.body.toString().replaceAll('"score":', '"score":1')) }
        }
      },
      finding: /POST \/v1\/search.* after spc_\w+ added files: the answer is another one/,
    },
  ]
}
