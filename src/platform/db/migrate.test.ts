import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { useEmbedded } from './embedded/use-embedded.ts'
import { type Migration, migrate, readMigrations } from './migrate.ts'

const embedded = useEmbedded()
let owner: Client
beforeEach(async () => {
  owner = await embedded.connect()
})
afterEach(async () => {
  await owner.query('drop table if exists schema_migrations, one, two')
})

const migration = (number: number, sql: string): Migration => ({
  number,
  name: `000${number}_test.sql`,
  sql,
  checksum: `of ${sql}`,
})
const one = migration(1, 'create table one (i int)')
const two = migration(2, 'create table two (i int)')
const tables = async () => {
  const { rows } = await owner.query<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and relname in ('one', 'two') order by 1",
  )
  return rows.map(({ name }) => name)
}

test('what is missing is applied in order, once', async () => {
  expect(await migrate(owner, [one], undefined)).toEqual({ applied: [one.name], current: 1 })
  expect(await migrate(owner, [one, two], undefined)).toEqual({ applied: [two.name], current: 2 })
  expect(await migrate(owner, [one, two], undefined)).toEqual({ applied: [], current: 2 })
  expect(await tables()).toEqual(['one', 'two'])
})

test('a migration that was changed after it had been applied is refused by name', async () => {
  await migrate(owner, [one], undefined)
  const changed = migrate(owner, [{ ...one, checksum: 'another' }, two], undefined)
  await expect(changed).rejects.toThrow('Migration 0001_test.sql was changed after it had been applied')
  expect(await tables()).toEqual(['one'])
})

test('a database that is newer than the program is refused', async () => {
  await migrate(owner, [one, two], undefined)
  await expect(migrate(owner, [one], undefined)).rejects.toThrow(
    'Migration 2 of the database is not known to this version of Bulkhead, whose last one is 1',
  )
})

test('a migration that fails leaves nothing of itself, and can be repaired and run again', async () => {
  const broken = migration(2, 'create table two (i int); select * from nowhere')
  await expect(migrate(owner, [one, broken], undefined)).rejects.toThrow(
    '0002_test.sql failed and was rolled back',
  )
  expect(await tables()).toEqual(['one'])
  expect(await migrate(owner, [one, two], undefined)).toEqual({ applied: [two.name], current: 2 })
})

test('a number that was left out is applied when it comes, whatever came after it', async () => {
  await migrate(owner, [two], undefined)
  expect(await migrate(owner, [one, two], undefined)).toEqual({ applied: [one.name], current: 2 })
  expect(await tables()).toEqual(['one', 'two'])
})

test('the migrations of this program have rising numbers, and a checksum of their text', async () => {
  const migrations = await readMigrations('migrations')
  const numbers = migrations.map(({ number }) => number)
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
  expect(new Set(migrations.map(({ checksum }) => checksum)).size).toBe(migrations.length)
})

test.each(['0024_two_words.sql', '24_short.sql', '0024_Big.sql'])(
  'a migration named %s is refused, and not passed over',
  async (name) => {
    const folder = await mkdtemp(join(tmpdir(), 'bulkhead-migrations-'))
    try {
      await writeFile(join(folder, '0001_first.sql'), 'select 1')
      await writeFile(join(folder, 'schema.sql'), '')
      expect(await readMigrations(folder)).toHaveLength(1)
      await writeFile(join(folder, name), 'select 1')
      await expect(readMigrations(folder)).rejects.toThrow(name)
    } finally {
      await rm(folder, { recursive: true })
    }
  },
)
