import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operatorScope, operatorTenantScope } from '#features/access/index.ts'
import { parseId } from '#platform/ids.ts'
import {
  createTenant,
  freshDatabase,
  startTestApp,
  type TestApp,
  type TestDatabase,
  until,
} from '../support/app.ts'
import { rotate, rotated } from '../support/rotation.ts'

/** The embedded database has one session: there nothing can come between two statements of a transaction. */
describe.runIf(process.env['TEST_DATABASE_URL'])('on a server database', () => {
  let database: TestDatabase
  let app: TestApp
  beforeAll(async () => {
    database = await freshDatabase()
    app = await startTestApp({ database, settings: { BULKHEAD_KEY_MEMORY_MS: '2000' } })
  })
  afterAll(async () => {
    await app.close()
    await database.drop()
  })

  const isSomebodyWaiting = () =>
    database.asOwner(async (client) => {
      const { rows } = await client.query<{ waiting: boolean }>(
        `select exists (select from pg_stat_activity where datname = current_database()
          and wait_event_type = 'Lock' and query like 'update "tenants" set "sealing_key"%') as waiting`,
      )
      return rows[0]?.waiting ? true : undefined
    })

  test('a new data key seals nothing before whoever seals with the former one has finished', async () => {
    const acme = await createTenant(app, { slug: 'shared' })
    const ids = {
      id: parseId('ten', acme.tenant.id) ?? '',
      partnerId: parseId('ptn', acme.tenant.partner_id) ?? '',
    }
    const scope = operatorTenantScope(operatorScope('doctor'), ids)
    await rotate(app, acme)
    // The new key seals once every server knows it: until then there is time to begin.
    await app.db.tenant(scope, async (tx) => {
      tx.unrecorded('unchanged')
      await tx.sealing()
      await until('the new key waits', isSomebodyWaiting)
      const { sealing_key: key } = await tx.kysely
        .selectFrom('tenants')
        .select('sealing_key')
        .executeTakeFirstOrThrow()
      expect(key).toBe(1)
    })
    expect((await rotated(app, acme)).sealing_key).toBe(2)
  })
})
