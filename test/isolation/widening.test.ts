import { afterAll, expect, test } from 'vitest'
import { encodeCursor } from '#http/index.ts'
import { readRouteTable } from '#isolation/routes/route-table.ts'
import { wideningStatement } from '#isolation/statements/widening.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { randomIds } from '#platform/ids.ts'
import { startTestApp } from '../support/app.ts'
import { expectToHold } from '../support/expect-to-hold.ts'

const app = await startTestApp()
afterAll(() => app.close())
const world = await createWorld(app)
const { routes } = await readRouteTable(app)
const { first, second, tenant } = world.own

test('nothing that a request names opens more than its key does', async () => {
  const { probes } = await expectToHold(wideningStatement, { world, routes })
  expect(probes).toBeGreaterThan(300)
})

test('“everything” is everything of the tenant, and a key of one space means its space', async () => {
  const query = world.run.commonWords
  const files = async (api: typeof tenant.api) => {
    const everywhere = { query, spaces: '*', mode: 'text' }
    const { body } = await api.post<{ results: { file_id: string }[] }>('/v1/search', everywhere)
    return body.results.map(({ file_id }) => file_id).sort()
  }
  expect(await files(tenant.api)).toEqual([first.file.id, second.file.id].sort())
  expect(await files(first.api)).toEqual([first.file.id])
})

test('a forged cursor is a place in time and shows own rows alone', async () => {
  const cursor = encodeCursor({ at: new Date(0), id: randomIds.uuid() })
  const { body } = await tenant.api.get<{ data: { id: string }[] }>(`/v1/spaces?cursor=${cursor}`)
  expect(body.data.map(({ id }) => id).sort()).toEqual([first.space.id, second.space.id].sort())
})
