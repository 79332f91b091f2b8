import { afterAll, expect, test } from 'vitest'
import { createTenant, startTestApp } from '../support/app.ts'

const maxBytes = 100_000
const app = await startTestApp({ settings: { BULKHEAD_MAX_UPLOAD_BYTES: String(maxBytes) } })
afterAll(() => app.close())
const { api } = await createTenant(app, { slug: 'acme' })

const field = (name: string, value: string) =>
  `content-disposition: form-data; name="${name}"\r\n\r\n${value}`
const fileField = (name: string) =>
  `content-disposition: form-data; name="${name}"; filename="a.txt"\r\n\r\nabc`
const form = (parts: string[]) => `${parts.map((part) => `--cut\r\n${part}\r\n`).join('')}--cut--\r\n`
const send = (body: string, type = 'multipart/form-data; boundary=cut') =>
  api.send('POST', '/v1/files', { body, headers: { 'content-type': type } })
const refused = { status: 422, body: { code: 'input.invalid' } }
const stored = async () => (await api.get<{ data: unknown[] }>('/v1/files?space=*')).body.data.length

test('a file that is one byte too large is refused, and nothing stays of it', async () => {
  const reply = await api.upload('over.txt', new Uint8Array(maxBytes + 1))
  expect(reply).toMatchObject({ status: 413, body: { code: 'files.too_large' } })
  expect(await stored()).toBe(0)
})

test.each([
  ['two files', [fileField('file'), fileField('file')]],
  ['a field of the prototype', [field('__proto__', 'x'), field('toString', 'x'), fileField('file')]],
  ['seventy fields', [...Array.from({ length: 70 }, (_, i) => field(`f${i}`, 'x')), fileField('file')]],
  ['metadata with NUL', [field('metadata', '{"a":"\\u0000"}'), fileField('file')]],
  ['metadata with half a pair', [field('metadata', '{"a":["\\ud800"]}'), fileField('file')]],
  ['metadata with half a pair as key', [field('metadata', '{"\\ud800":"a"}'), fileField('file')]],
])('a form with %s is refused, and nothing stays of it', async (_what, parts) => {
  expect(await send(form(parts))).toMatchObject(refused)
  expect(await stored()).toBe(0)
})

test('a form that ends too early is refused', async () => {
  for (const part of [
    '',
    '--cut',
    `--cut\r\n${fileField('file')}`,
    `--cut\r\n${field('origin', 'x')}\r\n--cu`,
  ]) {
    expect(await send(part), part).toMatchObject(refused)
  }
})

test.each(['multipart/form-data', `multipart/form-data; boundary=${'x'.repeat(300)}`])(
  'a form of type %s has no usable boundary and is refused',
  async (type) => {
    expect(await send(form([fileField('file')]), type)).toMatchObject(refused)
  },
)
