import { expect, test } from 'vitest'
import { useEmbedded } from './use-embedded.ts'
import { vacuumWhereDue } from './vacuum.ts'

const database = useEmbedded()

test('a table that was rewritten is vacuumed and analysed once, and one that was hardly touched is left alone', async () => {
  const client = await database.connect()
  await client.query('create table busy (i int); insert into busy select generate_series(1, 2000)')
  await client.query('create table quiet (i int); insert into quiet values (1)')
  await client.query('update busy set i = i + 1')
  expect(await vacuumWhereDue(client)).toEqual(['public.busy'])
  const { rows } = await client.query(
    `select n_dead_tup::int as dead, (select reltuples::int from pg_class where relname = 'busy') as known
     from pg_stat_user_tables where relname = 'busy'`,
  )
  expect(rows).toEqual([{ dead: 0, known: 2000 }])
  expect(await vacuumWhereDue(client)).toEqual([])
})
