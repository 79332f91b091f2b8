import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateSchema } from '../../scripts/generate/schema.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

test('a migrated database is the reviewed snapshot, whichever PostgreSQL it runs on', async () => {
  const reviewed = await readFile(join(import.meta.dirname, '../../migrations/schema.sql'), 'utf8')
  const actual = await database.asOwner((client) =>
    generateSchema(async (sql) => (await client.query(sql)).rows),
  )
  expect(actual).toBe(reviewed)
})
