import { afterAll, expect, test } from 'vitest'
import { client, startTestApp } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())

test.each([`/v1/files/${'a'.repeat(600)}`, '/v1/files/%zz', '/v1/tenants/%'])(
  'the malformed address %s is a problem document that repeats nothing of it',
  async (path) => {
    const reply = await client(app.url).get(path)
    expect(reply).toMatchObject({ status: 404, body: { code: 'route.not_found' } })
    expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(JSON.stringify(reply.body)).not.toMatch(/aaaa|zz/)
  },
)
