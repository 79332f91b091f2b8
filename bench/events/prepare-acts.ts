import type { Api } from '#isolation/server/client.ts'
import type { Act } from '../command/time-acts.ts'
import { createTenant, expectStatus } from '../server/create-tenant.ts'

/** What is timed with and without its record: changes, and readings, which are told a moment later. */
export async function prepareActs(platform: Api, url: string): Promise<Act[]> {
  const api = await createTenant(platform, url, 'recorded')
  expectStatus(201, await api.post('/v1/spaces', { slug: 'stored', intelligence: false }))
  const content = new Uint8Array(10_000).fill(7)
  const stored = async () =>
    expectStatus(201, await api.upload<{ id: string }>('file.bin', content, { space: 'stored' }))
  const { id } = await stored()
  let made = 0
  const remove = (path: string) => async () => void expectStatus(204, await api.delete(path))
  return [
    {
      what: 'rename a space',
      run: async () =>
        void expectStatus(200, await api.patch('/v1/spaces/stored', { name: `named ${++made}` })),
    },
    {
      what: 'make a folder',
      run: async () => {
        const body = { space: 'stored', name: `folder ${++made}` }
        const folder = expectStatus(201, await api.post<{ id: string }>('/v1/folders', body))
        return remove(`/v1/folders/${folder.id}`)
      },
    },
    {
      what: 'upload 10 kB',
      run: async () => remove(`/v1/files/${(await stored()).id}?permanent=true`),
    },
    {
      what: 'download 10 kB',
      run: async () => void expectStatus(200, await api.get(`/v1/files/${id}/content`)),
    },
    {
      what: 'search',
      run: async () => void expectStatus(200, await api.post('/v1/search', { query: 'nothing at all' })),
    },
  ]
}
