import { afterAll, describe, expect, test } from 'vitest'
import { IsObject } from 'typebox'
import { Compile } from 'typebox/compile'
import { sampleFor } from '#isolation/routes/samples.ts'
import { codeOf } from '#isolation/server/exchange.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { startTestApp } from '../support/app.ts'
import { brokenBodies, hostileTexts, unstorable } from '../support/hostile.ts'
import { type Case, casesOf, expectOrderly, expectRefusal } from '../support/refusals.ts'

const app = await startTestApp()
afterAll(() => app.close())
const cases = casesOf(app, (await createWorld(app)).callers)
const withBody = cases.flatMap(({ route, ...rest }) =>
  IsObject(route.body) ? [{ ...rest, route, schema: route.body }] : [],
)

const serverOwned = [
  'id',
  'tenant_id',
  'partner_id',
  'space_id',
  'created_at',
  'updated_at',
  'created_by',
  'level',
  'secret_hash',
  'index_seq',
  'sha256',
]
const wrongTypes: unknown[] = [null, 0, -1, 1.5, '1', true, '', [], [null], {}, { in: [] }]

/** Where a text can stand in a field. */
const shapes: ((text: string) => unknown)[] = [(text) => text, (text) => [text], (text) => ({ [text]: text })]

/** What is refused leaves a sample as it was: it serves again until something was taken. */
function keptSample(route: Case['route'], caller: Case['caller']) {
  let made: ReturnType<typeof sampleFor> | undefined
  return {
    sample: () => (made ??= sampleFor(route, caller)),
    forget: () => {
      made = undefined
    },
  }
}

describe.each(withBody)('$name: body', ({ route, schema: body, caller, call }) => {
  const unchanged = keptSample(route, caller)

  test('a field that belongs to the server, or to nobody, is refused by name', async () => {
    const sample = await unchanged.sample()
    for (const field of [...serverOwned, 'no_such_field', 'constructor']) {
      const answer = await call({ ...sample, body: { ...sample.body, [field]: 'x' } })
      expectRefusal(answer, field)
    }
  })

  test('a field of another type is refused by name and never converted', async () => {
    const sample = await unchanged.sample()
    for (const [field, schema] of Object.entries(body.properties)) {
      const check = Compile(schema)
      const wrong = wrongTypes.filter((value) => !check.Check(value))
      expect(wrong.length).toBeGreaterThan(3)
      for (const value of wrong) {
        const answer = await call({ ...sample, body: { ...sample.body, [field]: value } })
        expectRefusal(answer, field)
      }
    }
  })

  test('text that cannot be stored is refused by name; hostile text is refused or taken', async () => {
    for (const [field, schema] of Object.entries(body.properties)) {
      for (const shape of shapes.filter((one) => Compile(schema).Check(one('abc')))) {
        const send = async (text: string) => {
          const sample = await unchanged.sample()
          const answer = await call({ ...sample, body: { ...sample.body, [field]: shape(text) } })
          if (answer.status < 400 && !route.params) unchanged.forget()
          return answer
        }
        for (const text of unstorable) expectRefusal(await send(text), field)
        for (const text of hostileTexts) expectOrderly(await send(text), text)
      }
    }
  })

  test('a required field that is left out is refused by name', async () => {
    const sample = await unchanged.sample()
    const hasDefault = (field: string) => 'default' in (body.properties[field] ?? {})
    const required = (body.required ?? []).filter(
      (field) => field in (sample.body ?? {}) && !hasDefault(field),
    )
    const needsOne = route.method === 'PATCH' || required.length > 0
    expect(needsOne).toBe(!withoutRequired.has(route.path))
    for (const field of required) {
      const { [field]: _left, ...rest } = sample.body ?? {}
      expectRefusal(await call({ ...sample, body: rest }), field)
    }
  })

  test('a body over 1 MiB is refused as too large', async () => {
    const sample = await unchanged.sample()
    const answer = await call({ ...sample, body: { name: 'a'.repeat(1024 * 1024) } })
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 413, code: 'input.too_large' })
  })
})

/** These take one of two fields, and say so themselves, or have a default for all they may be told. */
const withoutRequired = new Set([
  '/v1/search',
  '/v1/folders',
  '/v1/groups/{id}/members',
  '/v1/files/{id}/copy',
  '/v1/keys/{id}/rotate',
  '/v1/webhooks/{id}/rotate',
  '/v1/webhooks/{id}/replay',
  '/v1/audit/redact',
])

describe.each(cases.filter(({ route }) => route.method !== 'GET' && !route.multipart))(
  '$name: broken bodies',
  ({ route, caller, call }) => {
    const unchanged = keptSample(route, caller)

    test.each(brokenBodies)('$what is refused', async ({ body }) => {
      const { body: _replaced, ...sample } = await unchanged.sample()
      const answer = await call(sample, { body, headers: { 'content-type': 'application/json' } })
      expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 422, code: 'input.invalid' })
    })

    test('another content type is refused', async () => {
      const { body: _replaced, ...sample } = await unchanged.sample()
      for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'a/b']) {
        const answer = await call(sample, { body: '{"name":"x"}', headers: { 'content-type': type } })
        expect({ type, status: answer.status, code: codeOf(answer) }).toEqual({
          type,
          status: 415,
          code: 'input.unsupported_type',
        })
      }
    })
  },
)
