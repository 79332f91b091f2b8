import { afterAll, expect, test } from 'vitest'
import { createTenant, startTestApp, uploadReady } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const { api } = await createTenant(app, { slug: 'acme' })
await api.post('/v1/spaces', { slug: 'vault' })
const file = await uploadReady(api, 'a.md', 'The pelican signs the contract.', { space: 'vault' })

const found = async () => {
  const { body } = await api.post<{ total: number }>('/v1/search', { query: 'pelican', spaces: ['vault'] })
  return body.total
}
const status = async () => (await api.get<{ status: string }>(`/v1/files/${file.id}`)).body.status

test('a space that is switched off keeps its files and finds nothing in them; switched on, it finds them again', async () => {
  await expect.poll(found, { timeout: 20_000 }).toBe(1)
  await api.patch('/v1/spaces/vault', { intelligence: false })
  await expect.poll(status, { timeout: 20_000 }).toBe('stored')
  expect(await found()).toBe(0)
  expect((await api.get<Uint8Array>(`/v1/files/${file.id}/content`)).status).toBe(200)
  expect((await api.get(`/v1/files/${file.id}/chunks`)).status).toBe(409)
  await api.patch('/v1/spaces/vault', { intelligence: true })
  await expect.poll(status, { timeout: 20_000 }).toBe('ready')
  expect(await found()).toBe(1)
})

test('what is uploaded meanwhile is stored alone', async () => {
  await api.patch('/v1/spaces/vault', { intelligence: false })
  const other = await uploadReady(api, 'b.md', 'Another pelican.', { space: 'vault' })
  expect((await api.get(`/v1/files/${other.id}`)).body).toMatchObject({ status: 'stored' })
  await api.patch('/v1/spaces/vault', { intelligence: true })
  await expect.poll(found, { timeout: 20_000 }).toBe(2)
})
