import { describe, expect, it, vi } from 'vitest'
import { failureOf, useEmbedded } from './use-embedded.ts'

const database = useEmbedded()

describe('clients that share one session', () => {
  it('never see each other inside 200 transactions under row security', async () => {
    const owner = await database.connect()
    await owner.query(`
      create role reader;
      create table notes (tenant text not null, body text not null);
      alter table notes enable row level security;
      alter table notes force row level security;
      create policy own on notes using (tenant = current_setting('app.tenant', true));
      grant select, insert on notes to reader;
      insert into notes select 't' || (i % 20), 'note ' || i from generate_series(1, 2000) i`)
    const pool = database.pool(16)
    const readAs = async (tenant: string) => {
      const client = await pool.connect()
      await client.query('begin')
      await client.query('set local role reader')
      await client.query(`select set_config('app.tenant', $1, true)`, [tenant])
      const { rows } = await client.query<{ tenant: string }>('select tenant from notes')
      await client.query(rows.length % 2 ? 'rollback' : 'commit')
      client.release()
      return rows.length === 100 && rows.every((row) => row.tenant === tenant)
    }
    const right = await Promise.all(Array.from({ length: 200 }, (_, i) => readAs(`t${i % 20}`)))
    expect(right.filter((isRight) => !isRight)).toEqual([])
    expect((await owner.query('select count(*)::int as all from notes')).rows).toEqual([{ all: 2000 }])
  })

  it('may use one name for two prepared statements', async () => {
    const [one, two] = [await database.connect(), await database.connect()]
    for (let round = 0; round < 2; round++) {
      const first = await one.query({ name: 'same', text: `select 'one' as who` })
      const second = await two.query({ name: 'same', text: 'select $1::int as n', values: [round] })
      expect([first.rows, second.rows]).toEqual([[{ who: 'one' }], [{ n: round }]])
    }
  })

  it('leave no prepared statement behind', async () => {
    const leaver = await database.connect()
    const watcher = await database.connect()
    const count = async () =>
      (await watcher.query<{ n: number }>('select count(*)::int as n from pg_prepared_statements')).rows[0]?.n
    const before = await count()
    await leaver.query({ name: 'mine', text: 'select 1' })
    expect(await count()).toBe((before ?? 0) + 1)
    await leaver.end()
    await vi.waitFor(async () => expect(await count()).toBe(before))
  })

  it('roll back when they are dropped inside a transaction, and the others go on', async () => {
    const dropped = await database.connect()
    const other = await database.connect()
    dropped.on('error', () => {})
    await other.query('create table kept (i int)')
    await dropped.query('begin')
    await dropped.query('insert into kept values (1)')
    const waiting = other.query('select count(*)::int as n from kept')
    streamOf(dropped).destroy()
    expect((await waiting).rows).toEqual([{ n: 0 }])
  })

  it('stop what they had under way when they are dropped', async () => {
    const dropped = await database.connect()
    const other = await database.connect()
    dropped.on('error', () => {})
    const endless = failureOf(dropped.query('do $$ begin loop end loop; end $$'))
    const waiting = other.query('select 1 as one')
    streamOf(dropped).destroy()
    expect((await waiting).rows).toEqual([{ one: 1 }])
    expect(await endless).toMatch(/terminated/)
  })

  it('are served in the order in which they asked', async () => {
    const clients = await Promise.all(Array.from({ length: 6 }, () => database.connect()))
    const served: number[] = []
    await clients[0]?.query('begin')
    const asked = clients.slice(1).map(async (client, i) => {
      await client.query('select 1')
      served.push(i)
    })
    await clients[0]?.query('commit')
    await Promise.all(asked)
    expect(served).toEqual([0, 1, 2, 3, 4])
  })

  it('do not inherit a role that was taken outside a transaction', async () => {
    const careless = await database.connect()
    const other = await database.connect()
    await careless.query('create role careless')
    await careless.query('set role careless')
    expect((await other.query('select current_user as who')).rows).toEqual([{ who: 'postgres' }])
    await careless.query('set session authorization careless')
    expect((await other.query('select session_user as who')).rows).toEqual([{ who: 'postgres' }])
  })

  it('lose a transaction that they leave open for too long', async () => {
    const idle = await database.connect()
    const other = await database.connect()
    const lost = new Promise<Error>((resolve) => idle.on('error', resolve))
    await idle.query(
      'begin; set local idle_in_transaction_session_timeout = 50; create table left_open (i int)',
    )
    const waiting = other.query(`select to_regclass('left_open') as found`)
    expect(await lost).toMatchObject({ code: '25P03' })
    expect((await waiting).rows).toEqual([{ found: null }])
  })
})

function streamOf(client: object): { destroy: () => void } {
  return Reflect.get(Reflect.get(client, 'connection'), 'stream')
}
