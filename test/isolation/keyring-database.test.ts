import { afterAll, describe, expect, test } from 'vitest'
import { describeKeyring } from '#adapters/keyring/contract.ts'
import { openPostgresKeyring } from '#adapters/keyring/postgres.ts'
import { freshDatabase, startTestApp } from '../support/app.ts'
import { withServer } from '../support/connect.ts'
import { emptyServerDatabase } from '../support/database.ts'

const database = await freshDatabase()
const own = await emptyServerDatabase()
afterAll(async () => {
  await own?.drop()
  await database.drop()
})

const start = (address: string) =>
  startTestApp({ database, settings: { BULKHEAD_KEYRING_DATABASE_URL: address } }).then(async (app) => {
    await app.close()
    throw new Error('it started')
  })

test('a keyring database that does not answer is refused at the start with what to check', async () => {
  await expect(start('postgres://nobody:secret@127.0.0.1:1/keys')).rejects.toThrow(
    /cannot be reached \(.*ECONNREFUSED.*\).*BULKHEAD_KEYRING_DATABASE_URL/,
  )
})

const url = own?.url ?? ''

describe.runIf(own)('on a server', () => {
  describeKeyring('database', () => openPostgresKeyring(url))

  describe('a keyring database', () => {
    test('that is the server’s own, by whatever address and login, is refused before anything is written', async () => {
      const serving = new URL(database.settings['BULKHEAD_DATABASE_URL'] ?? '')
      const owner = new URL(database.migrationUrl ?? '')
      owner.hostname = 'localhost'
      for (const address of [serving, owner]) {
        await expect(start(address.href)).rejects.toThrow(/are the same database/)
      }
      const { rows } = await database.asOwner((sql) =>
        sql.query(`select to_regclass('bulkhead_keyring') as made`),
      )
      expect(rows).toEqual([{ made: null }])
    })

    test('of a newer version, or with a table of somebody else’s, is refused and left as it is', async () => {
      const say = (text: string) =>
        withServer(url, (sql) => sql.query(`comment on table bulkhead_keyring is '${text}'`))
      await say('Bulkhead keyring, format 2')
      await expect(start(url)).rejects.toThrow(/has format 2, .* knows 1/)
      await say('something else')
      await expect(start(url)).rejects.toThrow(/was not made by Bulkhead/)
      await say('Bulkhead keyring, format 1')
      await expect(start(url)).rejects.toThrow(/that the given master key/)
    })
  })
})
