import { afterAll, expect, test } from 'vitest'
import { createWorld } from '#isolation/world/create-world.ts'
import { actingAs, openSession, outcomeOf } from '../support/act-as.ts'
import { freshDatabase, startTestApp } from '../support/app.ts'

/** What keeps folders within their space, and out of rings, when a statement of ours is wrong: the database itself. */
const database = await freshDatabase()
const names = await fillAndStop()
const { client, rows, close } = await openSession(database)
afterAll(close)

async function fillAndStop() {
  const app = await startTestApp({ database })
  try {
    const { own, stranger } = await createWorld(app)
    const { tenant, first, second } = own
    const inner = await tenant.api.post<{ id: string }>('/v1/folders', {
      parent: first.folder.id,
      name: 'inner',
    })
    expect(inner.status).toBe(201)
    return {
      slug: tenant.slug,
      first: first.folder.name,
      second: second.folder.name,
      other: stranger.first.folder.name,
    }
  } finally {
    await app.close()
  }
}

type Folder = { id: string; tenant_id: string; space_id: string; depth: number }
const folderOf = async (name: string) =>
  (await rows<Folder>('select * from folders where name = $1', [name]))[0]!

test('no statement puts a file or folder into a folder of another space or tenant, or a folder into itself', async () => {
  const [mine, elsewhere, strangers, inner] = [
    await folderOf(names.first),
    await folderOf(names.second),
    await folderOf(names.other),
    await folderOf('inner'),
  ]
  const outcomes = await actingAs(client, 'bulkhead_tenant', { tenant_id: mine.tenant_id }, async () => {
    const of = (sql: string, values: unknown[]) => outcomeOf(client, sql, values)
    const file = 'update files set folder_id = $1 where folder_id = $2'
    const folder = 'update folders set parent_id = $1, parent_depth = $2, depth = $2 + 1 where id = $3'
    return {
      own: await of(file, [inner.id, mine.id]),
      back: await of(file, [mine.id, inner.id]),
      elsewhere: await of(file, [elsewhere.id, mine.id]),
      strangers: await of(file, [strangers.id, mine.id]),
      leavesItsFolder: await of('update files set space_id = $1 where folder_id = $2', [
        elsewhere.space_id,
        mine.id,
      ]),
      leavesItsFiles: await of('update folders set space_id = $1 where id = $2', [
        elsewhere.space_id,
        mine.id,
      ]),
      parentElsewhere: await of(folder, [elsewhere.id, 1, inner.id]),
      parentOfStrangers: await of(folder, [strangers.id, 1, inner.id]),
      itself: await of(folder, [mine.id, 1, mine.id]),
      ring: await of(folder, [inner.id, 2, mine.id]),
      ringAtItsDepth: await of('update folders set parent_id = $1, parent_depth = 2 where id = $2', [
        inner.id,
        mine.id,
      ]),
      liedDepth: await of(folder, [inner.id, 0, mine.id]),
      tooDeep: await of('update folders set depth = 33, parent_depth = 32 where id = $1', [inner.id]),
      versionAlone: await of('update versions set space_id = $1 where space_id = $2', [
        elsewhere.space_id,
        mine.space_id,
      ]),
      chunksAlone: await of('update chunks set space_id = $1 where space_id = $2', [
        elsewhere.space_id,
        mine.space_id,
      ]),
    }
  })
  const refused = '23503'
  expect(outcomes).toEqual({
    own: 1,
    back: 1,
    elsewhere: refused,
    strangers: refused,
    leavesItsFolder: refused,
    leavesItsFiles: refused,
    parentElsewhere: refused,
    parentOfStrangers: refused,
    itself: refused,
    ring: refused,
    ringAtItsDepth: '23514',
    liedDepth: refused,
    tooDeep: '23514',
    versionAlone: refused,
    chunksAlone: refused,
  })
})
