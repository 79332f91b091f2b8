import { randomUUID } from 'node:crypto'
import { IsObject } from 'typebox'
import { afterAll, describe, expect, test } from 'vitest'
import { sampleFor } from '#isolation/routes/samples.ts'
import { exchange } from '#isolation/server/exchange.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { startTestApp } from '../support/app.ts'
import { hostileTexts } from '../support/hostile.ts'
import { casesOf, expectOrderly, expectRefusal } from '../support/refusals.ts'

const app = await startTestApp()
afterAll(() => app.close())
const { own: customer, callers } = await createWorld(app)
const cases = casesOf(app, callers)
const withParams = cases.filter(({ route }) => route.params)
const withQuery = cases.flatMap(({ route, ...rest }) =>
  IsObject(route.query) ? [{ ...rest, route, schema: route.query }] : [],
)

/** Without what is a possible slug, and without what no URL can hold. */
const inUrls = hostileTexts.filter((text) => text.length < 1000 && !/^[a-z0-9][a-z0-9._-]*$/.test(text))
/** What the schema's `date-time` lets through, although no Date or database holds it. */
const oddTimes = ['2016-12-31T23:59:60Z', '2020-01-01T00:00:00+05', '0000-01-01T00:00:00Z']
const forged = [
  '2020 nonsense',
  `-271821-04-20T00:00:00.000Z ${randomUUID()}`,
  `Infinity ${randomUUID()}`,
].map((text) => Buffer.from(text).toString('base64url'))

describe.each(withParams)('$name: path', ({ route, caller, call }) => {
  test('hostile text in the path finds nothing, and nothing breaks', async () => {
    const sample = await sampleFor(route, caller)
    for (const text of [...inUrls, 'a\0b', '\0']) {
      const answer = await call({ ...sample, params: { id: text } })
      expect([404, 422], `${JSON.stringify(text)}: ${answer.body}`).toContain(answer.status)
      expectOrderly(answer, text)
    }
  })
})

describe.each(withQuery)('$name: query', ({ route, schema: query, caller, call }) => {
  test('a wrong, repeated or hostile value is refused or taken, and nothing breaks', async () => {
    const sample = await sampleFor(route, caller)
    for (const field of Object.keys(query.properties)) {
      for (const text of [...inUrls, '0', '201', '1.5', '99999999999999999999', ...oddTimes]) {
        expectOrderly(
          await call({ ...sample, query: { ...sample.query, [field]: text } }),
          `${field}=${text}`,
        )
      }
      expectRefusal(await call({ ...sample, query: { ...sample.query, [field]: 'a\0b' } }), field)
    }
  })

  test.each(['0', '-1', '201', '1.5', 'x', '', '1e3'])('limit=%s is refused', async (limit) => {
    expectRefusal(await call({ ...(await sampleFor(route, caller)), query: { limit } }), 'limit')
  })

  test('a cursor that is not ours is refused', async () => {
    for (const cursor of ['x', '!!', '9'.repeat(600), ...forged]) {
      const answer = await call({ ...(await sampleFor(route, caller)), query: { cursor } })
      expectRefusal(answer, 'cursor')
    }
  })
})

test('a time that no clock shows is refused or taken wherever one can be given', async () => {
  for (const time of oddTimes) {
    expectOrderly(await post('/v1/keys', { name: 'k', expires_at: time }), time)
    expectOrderly(await post('/v1/search', { query: 'x', filter: { created_after: time } }), time)
    expectOrderly(await post('/v1/ask', { question: 'x', filter: { created_before: time } }), time)
  }
})

function post(path: string, body: Record<string, unknown>) {
  return exchange(app, customer.tenant.key, { method: 'POST', path }, { body })
}
