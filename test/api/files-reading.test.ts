import { afterAll, expect, test } from 'vitest'
import { onePage } from '#isolation/routes/one-page.ts'
import { createTenant, startTestApp, uploadReady } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const { api } = await createTenant(app, { slug: 'acme' })
const { api: stranger } = await createTenant(app, { slug: 'globex' })
const pdf = await uploadReady(api, 'page.pdf', onePage)

type PageShown = {
  width: number
  height: number
  boxes: { offsets: [number, number]; x: number; y: number; width: number; height: number }[]
  picture: { media_type: string; width: number; height: number; data: string }
}

test('a page is shown with its picture and with where its text stands', async () => {
  const { status, body } = await api.get<PageShown>(`/v1/files/${pdf.id}/pages/1`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ width: 300, height: 450, picture: { media_type: 'image/png' } })
  const { body: text } = await api.get<string>(`/v1/files/${pdf.id}/text`)
  const [box] = body.boxes
  expect(text.slice(...(box?.offsets ?? [0, 0]))).toBe('One page of text')
  expect(box?.x).toBeCloseTo(72, 0)
  const png = Buffer.from(body.picture.data, 'base64')
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect(png.readUInt32BE(16)).toBe(body.picture.width)
  expect(body.picture.width / body.picture.height).toBeCloseTo(300 / 450, 1)
  const { body: alone, headers } = await api.get<Uint8Array>(`/v1/files/${pdf.id}/pages/1/picture`)
  expect(headers.get('content-type')).toBe('image/png')
  expect(Buffer.from(alone).equals(png)).toBe(true)
})

test('a stranger’s page is one that nobody has, and there is none after the last', async () => {
  const foreign = await stranger.get<{ code: string }>(`/v1/files/${pdf.id}/pages/1`)
  expect(foreign).toMatchObject({ status: 404, body: { code: 'files.not_found' } })
  expect(await api.get(`/v1/files/${pdf.id}/pages/2`)).toMatchObject({
    status: 404,
    body: { code: 'files.page_not_found' },
  })
  const text = await uploadReady(api, 'a.txt', 'A text has no pages.')
  expect(await api.get(`/v1/files/${text.id}/pages/1`)).toMatchObject({
    status: 404,
    body: { code: 'files.page_not_found' },
  })
})

test('chunking is chosen for a space, shown there, and used for what is read from then on', async () => {
  const chosen = { by: 'size', chars: 300, overlap: 60 }
  await api.post('/v1/spaces', { slug: 'small', chunking: chosen })
  expect((await api.get('/v1/spaces/small')).body).toMatchObject({ chunking: chosen })
  const words = Array.from({ length: 200 }, (_, i) => `Sentence ${i} is here.`).join(' ')
  const file = await uploadReady(api, 'a.md', words, { space: 'small' })
  const { body } = await api.get<{ data: { text: string; offsets: [number, number] }[] }>(
    `/v1/files/${file.id}/chunks`,
  )
  expect(body.data.length).toBeGreaterThan(10)
  for (const [i, chunk] of body.data.slice(1).entries()) {
    expect(chunk.text.length).toBeLessThanOrEqual(500)
    expect((body.data[i]?.offsets[1] ?? 0) - chunk.offsets[0]).toBeGreaterThan(20)
  }
  await api.patch('/v1/spaces/small', { chunking: null })
  expect((await api.get('/v1/spaces/small')).body).toMatchObject({ chunking: null })
})

test('a password opens nothing it should not: it is accepted, sealed, and shown to nobody', async () => {
  const file = await uploadReady(api, 'b.pdf', onePage, { password: 'hunter2-secret' })
  expect(JSON.stringify((await api.get(`/v1/files/${file.id}`)).body)).not.toContain('hunter2')
  expect((await api.get(`/v1/files/${file.id}/pages/1`)).status).toBe(200)
  const { status } = await api.post(`/v1/files/${file.id}/reindex`, undefined)
  expect(status).toBe(202)
})
