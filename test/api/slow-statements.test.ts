import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { systemClock } from '#platform/clock.ts'
import { openDatabase } from '#platform/db/index.ts'
import { randomIds } from '#platform/ids.ts'
import { createLog } from '#platform/log.ts'
import { freshDatabase } from '../support/database.ts'

const database = await freshDatabase()
const opened = await openDatabase(
  {
    url: database.settings['BULKHEAD_DATABASE_URL'],
    embeddedDir: database.dataDir,
    poolSize: 1,
    preparedStatements: 'auto',
    statementTimeoutMs: 200,
    idleInTransactionTimeoutMs: 30_000,
    vault: { keysOf: () => Promise.reject(new Error('nothing is opened here')) },
    log: createLog('silent'),
    clock: systemClock,
    ids: randomIds,
    onDeath: (error) => {
      throw error
    },
  },
  () => Promise.resolve(),
)
afterAll(async () => {
  await opened.close()
  await database.drop()
})

const sleep = (seconds: number) => sql<{ slept: string }>`select pg_sleep(${seconds})::text as slept`
const unavailable = { code: 'upstream.unavailable', status: 503 }

test('no statement takes longer than it may, the one with which a transaction begins neither', async () => {
  const { db } = opened
  const work = (...naps: number[]) =>
    db.system('check-health', async (tx) => {
      for (const seconds of naps) await sleep(seconds).execute(tx.kysely)
      return naps.length
    })
  expect(await work(0.01, 0.01)).toBe(2)
  await expect(work(20)).rejects.toMatchObject(unavailable)
  await expect(work(0.01, 20)).rejects.toMatchObject(unavailable)
  const alone = (seconds: number) =>
    db.ask('check-health', (kysely) =>
      kysely.selectNoFrom(sql<string>`pg_sleep(${seconds})::text`.as('slept')),
    )
  expect(await alone(0.01)).toEqual([{ slept: '' }])
  await expect(alone(20)).rejects.toMatchObject(unavailable)
  expect(await work(0.01)).toBe(1)
})
