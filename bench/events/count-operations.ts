import { client } from '#isolation/server/client.ts'
import { createTenant, expectStatus } from '../server/create-tenant.ts'
import type { ServerProcess } from '../server/start-server.ts'
import { assertRecorded, timeChanges, type Verification } from './time-changes.ts'

/** Many changes at once, of several tenants; each has to be in its tenant's trail, and the trail whole. @returns operations a second */
export async function countOperations(
  server: ServerProcess,
  platformKey: string,
  operations: number,
): Promise<number> {
  const url = await server.ready
  const platform = client(url, platformKey)
  const made = await timeChanges({
    operations,
    open: async (name, spaces) => {
      const api = await createTenant(platform, url, name)
      for (const slug of spaces) expectStatus(201, await api.post('/v1/spaces', { slug, name: slug }))
      return api
    },
    change: async (api, space, name) =>
      void expectStatus(200, await api.patch(`/v1/spaces/${space}`, { name })),
  })
  const trails = made.tenants.map((api) => api.get<Verification>('/v1/audit/verify'))
  // Each tenant was made, and a key for it.
  assertRecorded(
    (await Promise.all(trails)).map((reply) => expectStatus(200, reply)),
    operations,
    2,
  )
  return made.perSecond
}
