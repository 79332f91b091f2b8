import { afterAll, expect, test } from 'vitest'
import { startTestApp } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())

type Told = { data: { data: { after: { name?: string } } }[] }

// Nobody can reach the tables of an embedded database beside its server.
test.runIf(process.env['TEST_DATABASE_URL'])(
  'a table that is altered under a running server costs a request in each connection, and no more',
  async () => {
    let renamed = 0
    /** What is numbered is read with a statement that was planned before. */
    const rename = async () => {
      const name = `named ${++renamed}`
      const { status } = await app.tenant.patch('/v1/spaces/default', { name })
      if (status !== 200) return status
      const told = await app.tenant.get<Told>('/v1/events?type=space.updated&limit=1')
      if (told.status !== 200) return told.status
      return told.body.data[0]?.data.after.name === name ? 200 : 'not told of'
    }
    const inTurn = async (times: number) => {
      const statuses: (number | string)[] = []
      for (let i = 0; i < times; i++) statuses.push(await rename())
      return statuses
    }
    expect(new Set(await inTurn(10))).toEqual(new Set([200]))
    await app.database.asOwner((owner) => owner.query('alter table events add column added_later int'))
    const after = await inTurn(30)
    expect(new Set(after)).toEqual(new Set([200, 503]))
    expect(new Set(after.slice(-10))).toEqual(new Set([200]))
  },
)
