import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { createTenant, freshDatabase, startTestApp } from '../support/app.ts'

const database = await freshDatabase()
afterAll(() => database.drop())

type Chain = { events: number; without_number: number; last: number }

/** Of one tenant, past the server: asking it would be enough to have them numbered. */
const chainOf = (slug: string) =>
  database.asOwner(async (client) => {
    const { rows } = await client.query<Chain>(
      `select count(*)::int as events, (count(*) filter (where number is null))::int as without_number,
        max(number)::int as last from events where tenant_id = (select id from tenants where slug = $1)`,
      [slug],
    )
    return rows[0]
  })

test('what a process that was killed left without a number gets one at the next start, unasked', async () => {
  const before = await startTestApp({ database, worker: false })
  await createTenant(before, { slug: 'left' })
  await before.close()
  const whole = await chainOf('left')
  expect(whole).toEqual({ events: 2, without_number: 0, last: 2 })
  await database.asOwner((client) =>
    client.query(`insert into events (tenant_id, id, type, subject_type, subject_id, actor_type, actor_id, request_id, outcome,
        details, created_at)
      select tenant_id, gen_random_uuid(), type, subject_type, subject_id, actor_type, actor_id, request_id, outcome, details,
        created_at from events where number = 2 and tenant_id = (select id from tenants where slug = 'left')`),
  )
  expect(await chainOf('left')).toMatchObject({ without_number: 1 })
  const after = await startTestApp({ database, worker: false })
  await pause(1500)
  await after.close()
  expect(await chainOf('left')).toEqual({ events: 3, without_number: 0, last: 3 })
})
