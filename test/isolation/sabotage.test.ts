import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { readRouteTable } from '#isolation/routes/route-table.ts'
import { runStatement } from '#isolation/run-statement.ts'
import { seeded } from '#isolation/seeded.ts'
import { statements } from '#isolation/statements.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { startTestApp } from '../support/app.ts'
import { type Answer, startTamperingProxy, type Tamper, withJson } from '../support/tampering-proxy.ts'

/** Every statement is tried against servers that are broken in one place: a check that cannot fail proves nothing. */
const app = await startTestApp()
const proxy = await startTamperingProxy(app.url)
afterAll(async () => {
  await proxy.close()
  await app.close()
})
afterEach(() => proxy.tamperBy(undefined))
const world = await createWorld({ url: proxy.url, keys: app.keys })
const { routes } = await readRouteTable(proxy)
const { own, stranger } = world
const ownKeys = [own.tenant.key, own.first.key, own.second.key]

type Sabotage = {
  /** What the broken server does. */
  what: string
  statement: string
  /** The only route to look at; all of them when left out. */
  route?: string
  tamper: () => Tamper
  /** What the finding says: the request that showed it, and the problem. */
  finding: RegExp
}

const isAt = (path: string, start: string) => path.startsWith(start)

/** Changes the answers that a condition meets. */
const change =
  (when: (request: Parameters<Tamper>[0]) => boolean, how: (answer: Answer) => Answer): Tamper =>
  async (request, forward) =>
    when(request) ? how(await forward()) : forward()

const asksForStrangersFile = ({ path, key }: Parameters<Tamper>[0]) =>
  path.includes(stranger.first.file.id) && ownKeys.includes(key)

/** Answers again what was answered before to whatever `keyOf` takes for the same. */
function caching(
  keyOf: (request: Parameters<Tamper>[0]) => string | undefined,
  mayServe: (fresh: Answer) => boolean,
): Tamper {
  const kept = new Map<string, Answer>()
  return async (request, forward) => {
    const key = keyOf(request)
    const answer = await forward()
    if (key === undefined) return answer
    const former = kept.get(key)
    if (former && mayServe(answer)) return former
    if (answer.status === 200) kept.set(key, answer)
    return answer
  }
}

const sabotages: Sabotage[] = [
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
    what: 'answers 403 for what is there and somebody else’s',
    statement: 'foreign-ids',
    route: 'GET /v1/files/{id}',
    tamper: () => change(asksForStrangersFile, (answer) => ({ ...answer, status: 403 })),
    finding: /GET \/v1\/files\/\{id\}: tenant key .* a stranger’s \(fil_\w+\): answered 403/,
  },
  {
    what: 'adds a header for what is there',
    statement: 'foreign-ids',
    route: 'GET /v1/files/{id}',
    tamper: () =>
      change(asksForStrangersFile, (answer) => ({
        ...answer,
        headers: { ...answer.headers, 'x-hint': '1' },
      })),
    finding: /a stranger’s .*: answered with another header x-hint/,
  },
  {
    what: 'adds a byte for what is there',
    statement: 'foreign-ids',
    route: 'GET /v1/files/{id}',
    tamper: () =>
      change(asksForStrangersFile, (answer) => ({
        ...answer,
        body: Buffer.concat([answer.body, Buffer.from(' ')]),
      })),
    finding: /a stranger’s .*: answered another body/,
  },
  {
    what: 'does what it says it refuses',
    statement: 'foreign-ids',
    route: 'PATCH /v1/spaces/{id}',
    tamper: () => async (request, forward) => {
      if (request.method === 'PATCH' && request.path.includes(stranger.first.space.id)) {
        await forward({ key: stranger.tenant.key })
      }
      return forward()
    },
    finding: /PATCH \/v1\/spaces\/\{id\}: what the others see .*: something of them has changed/,
  },
  {
    what: 'takes an empty list for everything',
    statement: 'widening',
    route: 'POST /v1/search',
    tamper:
      () =>
      async ({ body }, forward) =>
        forward({ body: Buffer.from(body.toString().replace('"spaces":[]', '"spaces":"*"')) }),
    finding: /POST \/v1\/search body\.spaces = \[\]: was answered with 200/,
  },
  {
    what: 'lets a header say whose request it is',
    statement: 'widening',
    route: 'GET /v1/me',
    tamper:
      () =>
      async ({ headers }, forward) =>
        'x-tenant-id' in headers ? forward({ key: stranger.tenant.key }) : forward(),
    finding: /GET \/v1\/me with headers and cookies .*: answered another body/,
  },
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
  {
    what: 'has a hole in its catalogue',
    statement: 'catalogue',
    tamper: () =>
      change(
        ({ path }) => path === '/v1/isolation/catalogue',
        (answer) => ({
          ...answer,
          body: Buffer.from(
            answer.body
              .toString()
              .replace('"findings":[]', '"findings":[{"object":"table files","problem":"is open"}]'),
          ),
        }),
      ),
    finding: /leak: I\d\d .* examined\): table files: is open/,
  },
]

test('every statement is sabotaged at least once', () => {
  expect(new Set(sabotages.map(({ statement }) => statement))).toEqual(
    new Set(statements.map(({ id }) => id)),
  )
})

describe.each(sabotages)('a server that $what', ({ statement: id, route, tamper, finding }) => {
  test(`is found out by ${id}`, async () => {
    const statement = statements.find((one) => one.id === id)!
    const given = {
      world,
      routes: routes.filter(({ name }) => route === undefined || name === route),
      probes: 200,
      random: seeded(7),
    }
    proxy.tamperBy(tamper())
    const { findings } = await runStatement(statement, given)
    const told = findings.map(({ kind, request, problem }) => `${kind}: ${request}: ${problem}`)
    expect(told).toContainEqual(expect.stringMatching(finding))
    expect(told.join('\n')).not.toContain('bhk_')
  })
})
