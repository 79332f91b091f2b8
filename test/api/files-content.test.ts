import { afterAll, expect, test } from 'vitest'
import { createTenant, startTestApp, uploadReady } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const { api } = await createTenant(app, { slug: 'acme' })
const bytes = new Uint8Array(1000).map((_, i) => i % 251)
await api.post('/v1/spaces', { slug: 'store', intelligence: false })
const binary = await uploadReady(api, 'bytes.bin', bytes, { space: 'store' })
const empty = await uploadReady(api, 'empty.bin', '', { space: 'store' })
const prose = `# Läufe\n\n${'Ein Satz über Röhren 🚰 und Ventile. '.repeat(200)}\n\n## Zweitens\n\nSchluss.`
const read = await uploadReady(api, 'laeufe.md', prose)

const download = (id: string, range?: string) =>
  api.get<Uint8Array>(`/v1/files/${id}/content`, range === undefined ? {} : { headers: { range } })

test('a file comes back to the byte, as an attachment that no browser opens', async () => {
  const { status, headers, body } = await download(binary.id)
  expect(status).toBe(200)
  expect(Buffer.from(body)).toEqual(Buffer.from(bytes))
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': '1000',
    'content-disposition': `attachment; filename="bytes.bin"; filename*=UTF-8''bytes.bin`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
  })
  expect((await download(empty.id)).body).toHaveLength(0)
})

test('a name outside of ASCII goes over in both forms', async () => {
  await api.patch(`/v1/files/${read.id}`, { name: 'läufe "1".md' })
  const { headers } = await download(read.id)
  expect(headers.get('content-disposition')).toBe(
    `attachment; filename="l_ufe _1_.md"; filename*=UTF-8''l%C3%A4ufe%20%221%22.md`,
  )
})

test.each([
  ['bytes=0-0', 0, 0],
  ['bytes=10-19', 10, 19],
  ['bytes=990-', 990, 999],
  ['bytes=-5', 995, 999],
  ['bytes=-5000', 0, 999],
  ['bytes=0-99999', 0, 999],
])('the range %s is exactly those bytes', async (range, start, last) => {
  const { status, headers, body } = await download(binary.id, range)
  expect(status).toBe(206)
  expect(headers.get('content-range')).toBe(`bytes ${start}-${last}/1000`)
  expect(Buffer.from(body)).toEqual(Buffer.from(bytes.slice(start, last + 1)))
})

test.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0', 'bytes=5-1'])(
  'the range %s lies outside',
  async (range) => {
    const reply = await download(binary.id, range)
    expect(reply).toMatchObject({ status: 416, body: { code: 'files.range_not_satisfiable' } })
  },
)

test.each(['bytes=', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,5-6'])(
  'the header %s is no single range, so the whole file comes',
  async (range) => {
    const { status, body } = await download(binary.id, range)
    expect(status).toBe(200)
    expect(body).toHaveLength(1000)
  },
)

test('chunks are literally the slices of the text that their offsets name', async () => {
  type Chunk = { ordinal: number; text: string; offsets: [number, number] }
  type Page = { data: Chunk[]; next_cursor: string | null }
  const { headers, body: text } = await api.get<string>(`/v1/files/${read.id}/text`)
  expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
  const chunks: Chunk[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { body: Page } = await api.get(
      `/v1/files/${read.id}/chunks?limit=2${cursor && `&cursor=${cursor}`}`,
    )
    chunks.push(...page.body.data)
    cursor = page.body.next_cursor
  }
  expect(chunks.length).toBeGreaterThan(2)
  expect(chunks.map(({ ordinal }) => ordinal)).toEqual(chunks.map((_, i) => i))
  for (const chunk of chunks) expect(text.slice(...chunk.offsets)).toBe(chunk.text)
  expect((await api.get(`/v1/files/${read.id}`)).body).toMatchObject({ chunk_count: chunks.length })
})

test('what was only stored has bytes, but neither text nor chunks yet', async () => {
  for (const part of ['text', 'chunks']) {
    const reply = await api.get(`/v1/files/${binary.id}/${part}`)
    expect(reply).toMatchObject({ status: 409, body: { code: 'files.not_ready' } })
  }
})
