import { client } from '#isolation/server/client.ts'
import { createTenant, expectStatus } from '../server/create-tenant.ts'
import { inParallel } from '../server/in-parallel.ts'
import type { ServerProcess } from '../server/start-server.ts'

const tenants = 8
const lanes = 32

/** Many changes at once, of several tenants; each has to be in its tenant's trail, and the trail whole. @returns operations a second */
export async function countOperations(
  server: ServerProcess,
  platformKey: string,
  operations: number,
): Promise<number> {
  const url = await server.ready
  const platform = client(url, platformKey)
  const apis = await Promise.all(
    Array.from({ length: tenants }, (_, i) => createTenant(platform, url, `many-${i}`)),
  )
  const started = performance.now()
  await inParallel(
    Array.from({ length: operations }, (_, i) => i),
    lanes,
    async (i) => {
      expectStatus(200, await apis[i % tenants]!.patch('/v1/spaces/default', { name: `named ${i}` }))
    },
  )
  const seconds = (performance.now() - started) / 1000
  let recorded = 0
  for (const api of apis) {
    const found = expectStatus(200, await api.get<Verification>('/v1/audit/verify'))
    if (!found.is_valid) throw new Error(`a trail is broken: ${JSON.stringify(found.problems)}`)
    recorded += found.checked
  }
  // Each tenant was made, and a key for it.
  if (recorded !== operations + 2 * tenants)
    throw new Error(`${recorded - 2 * tenants} of ${operations} are recorded`)
  return operations / seconds
}

type Verification = { is_valid: boolean; checked: number; problems: unknown[] }
