import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from 'kysely'
import { openWorkspace } from '#features/search/reference/open-workspace.ts'
import { systemClock } from '../clock.ts'
import { createLog } from '../log.ts'
import { createDb } from './db.ts'
import { useEmbedded } from './embedded/use-embedded.ts'
import type { Database, TenantTx } from './index.ts'
import { randomIds } from '../ids.ts'
import { createNames } from './prepared.ts'
import { createRolesSql } from './roles.ts'
import { mintScope } from '../scope/mint.ts'
import type { PlatformScope, Scope, TenantScope, Unminted } from '../scope/scope.ts'

const { pool: newPool } = useEmbedded()
const partnerId = randomIds.uuid()
const [own, other] = [randomIds.uuid(), randomIds.uuid()]
const asking = [randomIds.uuid(), randomIds.uuid()] as const
let database: Database
beforeAll(async () => {
  database = await openWorkspace([own, other, ...asking], partnerId)
})
afterAll(() => database.close())

const closedVault = { keysOf: () => Promise.reject(new Error('nothing is opened here')) }

const common = () => ({
  subject: { type: 'operator', id: 'test', name: 'test' } as const,
  permissions: new Set<never>(),
  requestId: 'test',
  signal: new AbortController().signal,
})
const fieldsOf = (tenantId: string, fields: Partial<Unminted<TenantScope>> = {}): Unminted<TenantScope> => ({
  ...common(),
  level: 'tenant',
  partnerId,
  tenantId,
  spaces: 'all',
  ...fields,
})
const scopeOf = (tenantId: string, fields?: Partial<Unminted<TenantScope>>) =>
  mintScope<TenantScope>(fieldsOf(tenantId, fields))
const platform = () => mintScope<PlatformScope>({ ...common(), level: 'platform' })

const addSpace = (tx: TenantTx, slug: string) => {
  tx.unrecorded('derived')
  const now = new Date()
  const row = { tenant_id: tx.scope.tenantId, id: randomIds.uuid(), slug, name: slug }
  return tx.kysely
    .insertInto('spaces')
    .values({ ...row, created_at: now, updated_at: now })
    .execute()
}
const slugsOf = async (tenantId: string) =>
  database.db.tenant(scopeOf(tenantId), async (tx) => {
    const rows = await tx.kysely.selectFrom('spaces').select('slug').orderBy('slug').execute()
    return rows.map(({ slug }) => slug)
  })

type Standing = { role: string; tenant: string; spaces: string; platform: string }
const standing = sql<Standing>`select current_user::text as role, current_setting('app.tenant_id', true) as tenant,
  current_setting('app.spaces', true) as spaces, current_setting('app.platform', true) as platform`

describe('a scope', () => {
  test('that nobody minted, or that was copied, opens nothing', async () => {
    const forged = fieldsOf(own) as Scope as TenantScope
    for (const scope of [forged, { ...scopeOf(own) }, { ...scopeOf(own), tenantId: other }]) {
      expect(() => database.db.tenant(scope, () => Promise.resolve())).toThrow('not a minted scope')
    }
  })

  test.each(["'; set role postgres; --", '', '*', own.toUpperCase(), `${own},${other}`])(
    'with %j for a tenant or a space opens nothing',
    (text) => {
      const work = () => Promise.resolve()
      expect(() => database.db.tenant(scopeOf(text), work)).toThrow('not a uuid')
      expect(() => database.db.tenant(scopeOf(own, { spaces: [text] }), work)).toThrow('not a uuid')
    },
  )

  test('is no way around the form of a setting: a hash that is none opens nothing', async () => {
    const secretHash = "'; set local role postgres; --"
    const asked = () => database.db.system('authenticate', () => Promise.resolve(), { secretHash })
    await expect(asked()).rejects.toThrow('not a settings value')
  })

  test('that has ended opens nothing, and one that ends in the middle writes nothing', async () => {
    const gone = new AbortController()
    const scope = scopeOf(own, { signal: gone.signal })
    const cut = database.db.tenant(scope, async (tx) => {
      await addSpace(tx, 'cut')
      gone.abort(new Error('gone'))
      await addSpace(tx, 'after')
    })
    await expect(cut).rejects.toThrow('gone')
    await expect(database.db.tenant(scope, () => Promise.resolve())).rejects.toThrow('gone')
    expect(await slugsOf(own)).not.toContain('cut')
  })
})

describe('a transaction', () => {
  test('acts under its role with its settings, and leaves none of them behind', async () => {
    const space = randomIds.uuid()
    const inside = await database.db.tenant(scopeOf(own, { spaces: [space] }), (tx) =>
      standing.execute(tx.kysely),
    )
    expect(inside.rows).toEqual([
      { role: 'bulkhead_space', tenant: own, spaces: `{${space}}`, platform: expect.toBeOneOf([null, '']) },
    ])
    const after = await database.db.system('check-health', (tx) => standing.execute(tx.kysely))
    expect(after.rows).toEqual([
      { role: 'bulkhead_system', tenant: '', spaces: '', platform: expect.toBeOneOf([null, '']) },
    ])
  })

  test('leaves its connection clean, so that the next caller has the same one', async () => {
    const lines: string[] = []
    const log = createLog('trace', { write: (line: string) => void lines.push(line) })
    let connections = 0
    const pool = newPool(1).on('connect', () => connections++)
    await pool.query(createRolesSql)
    const timeouts = { statementTimeoutMs: 30_000, idleInTransactionTimeoutMs: 30_000 }
    const db = createDb(
      { pool, timeouts, nameStatement: createNames() },
      { vault: closedVault, log, clock: systemClock, ids: randomIds },
    )
    for (const scope of [scopeOf(own), scopeOf(other, { spaces: [] })]) {
      await db.tenant(scope, (tx) => standing.execute(tx.kysely))
      await db.platform(platform(), (tx) => standing.execute(tx.kysely))
    }
    expect({ connections, lines }).toEqual({ connections: 1, lines: [] })
  })

  test('that asks what others asked before gets its own rows by the plan they left behind', async () => {
    const chains = asking.map((id) => ({ level: 'tenant', id }) as const)
    for (const numbering of chains)
      await database.db.system(
        'number-events',
        (tx) =>
          sql`insert into event_chains (tenant_id, number, hash) values (${numbering.id}, 0, '')`.execute(
            tx.kysely,
          ),
        { numbering },
      )
    const found = (numbering: (typeof chains)[number]) =>
      database.db.system(
        'number-events',
        async (tx) => {
          const { rows } = await sql<{ tenant_id: string }>`select tenant_id from event_chains
            where number >= ${0}`.execute(tx.kysely)
          const { rows: plans } = await sql`select name from pg_prepared_statements
            where statement like 'select tenant_id from event_chains%' and name <> ''`.execute(tx.kysely)
          return { tenants: rows.map((row) => row.tenant_id), isPlanned: plans.length > 0 }
        },
        { numbering },
      )
    const answers = []
    for (let i = 0; i < 12; i++)
      for (const chain of chains) answers.push({ own: chain.id, ...(await found(chain)) })
    expect(answers.map(({ tenants }) => tenants)).toEqual(answers.map(({ own: id }) => [id]))
    expect(answers.at(-1)?.isPlanned).toBe(true)
  })

  test('is kept when its work ends well, effects and all, and undone when it throws', async () => {
    const effects: string[] = []
    await database.db.tenant(scopeOf(own), async (tx) => {
      await addSpace(tx, 'kept')
      tx.afterCommit(() => effects.push('kept'))
    })
    const thrown = database.db.tenant(scopeOf(own), async (tx) => {
      await addSpace(tx, 'undone')
      tx.afterCommit(() => effects.push('undone'))
      throw new Error('changed my mind')
    })
    await expect(thrown).rejects.toThrow('changed my mind')
    expect(await slugsOf(own)).toContain('kept')
    expect(await slugsOf(own)).not.toContain('undone')
    expect(effects).toEqual(['kept'])
  })

  test('whose statement failed is undone and says so, even when its work swallows the failure', async () => {
    const effects: string[] = []
    const swallowed = database.db.tenant(scopeOf(own), async (tx) => {
      tx.afterCommit(() => effects.push('after failure'))
      await addSpace(tx, 'before-failure')
      await addSpace(tx, 'NOT A SLUG').catch(() => {})
    })
    await expect(swallowed).rejects.toThrow('nothing was committed')
    expect(await slugsOf(own)).not.toContain('before-failure')
    expect(effects).toEqual([])
  })

  test('that failed while it acted under another role is over, even when its work swallows the failure', async () => {
    const swallowed = database.db.tenant(scopeOf(own), async (tx) => {
      await addSpace(tx, 'before-role')
      await tx.withJobsRole(() => Promise.reject(new Error('no SQL failed'))).catch(() => {})
      await expect(addSpace(tx, 'under-the-wrong-role')).rejects.toThrow('has ended')
    })
    await expect(swallowed).rejects.toThrow('nothing was committed')
    expect(await slugsOf(own)).not.toContain('before-role')
  })

  test('cannot be begun or ended by its work', async () => {
    const nested = database.db.tenant(scopeOf(own), (tx) =>
      tx.kysely.transaction().execute(() => Promise.resolve()),
    )
    await expect(nested).rejects.toThrow('already in a transaction')
  })

  test('that takes longer than a statement may is answered as unavailable', async () => {
    const slow = database.db.tenant(scopeOf(own), (tx) =>
      sql`set local statement_timeout = 100`
        .execute(tx.kysely)
        .then(() => sql`select pg_sleep(5)`.execute(tx.kysely)),
    )
    await expect(slow).rejects.toMatchObject({ code: 'upstream.unavailable', status: 503 })
    expect(await slugsOf(other)).toEqual([])
  })

  test('cannot be used any more once it has ended, least of all inside the next caller’s', async () => {
    let kept: TenantTx | undefined
    await database.db.tenant(scopeOf(own), async (tx) => {
      await tx.kysely.selectFrom('spaces').select('id').execute()
      kept = tx
    })
    await database.db.tenant(scopeOf(other), async (tx) => {
      await tx.kysely.selectFrom('spaces').select('id').execute()
      if (!kept) throw new Error('nothing was kept')
      await expect(standing.execute(kept.kysely)).rejects.toThrow('has ended')
      await expect(kept.withJobsRole((execute) => execute('select 1'))).rejects.toThrow('has ended')
      await expect(addSpace(kept, 'late')).rejects.toThrow('has ended')
    })
  })

  test('writes no row for another tenant, whatever it says', async () => {
    const smuggled = database.db.tenant(scopeOf(own), (tx) =>
      addSpace({ ...tx, scope: scopeOf(other) }, 'smuggled'),
    )
    await expect(smuggled).rejects.toMatchObject({ code: '42501' })
    expect(await slugsOf(other)).toEqual([])
  })
})

describe('acting as somebody else for a while', () => {
  test('the jobs role cannot see content, and afterwards the tenant is itself again', async () => {
    const roles = await database.db.tenant(scopeOf(own), async (tx) => {
      const inside = await tx.withJobsRole((execute) => execute('select current_user::text as role'))
      const after = await standing.execute(tx.kysely)
      return { inside: inside.rows, after: after.rows }
    })
    expect(roles.inside).toEqual([{ role: 'bulkhead_jobs' }])
    expect(roles.after).toMatchObject([{ role: 'bulkhead_tenant', tenant: own }])
    const looking = database.db.tenant(scopeOf(own), (tx) =>
      tx.withJobsRole((execute) => execute('select * from files where tenant_id is not null')),
    )
    await expect(looking).rejects.toMatchObject({ code: '42501' })
  })

  test('the platform enters a tenant and comes back without its rights', async () => {
    const scope = platform()
    const seen = await database.db.platform(scope, async (tx) => {
      const before = await standing.execute(tx.kysely)
      const inside = await tx.enter(scopeOf(own), (tenant) => standing.execute(tenant.kysely))
      return [before, inside, await standing.execute(tx.kysely)].map(({ rows }) => rows[0])
    })
    expect(seen).toMatchObject([
      { role: 'bulkhead_platform', platform: 'on' },
      { role: 'bulkhead_tenant', tenant: own },
      { role: 'bulkhead_platform', platform: 'on', tenant: '' },
    ])
  })

  test('the platform itself has no right to content', async () => {
    const looking = database.db.platform(platform(), (tx) =>
      sql`select * from files where tenant_id is not null`.execute(tx.kysely),
    )
    await expect(looking).rejects.toMatchObject({ code: '42501' })
  })
})
