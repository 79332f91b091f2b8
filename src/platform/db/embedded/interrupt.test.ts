import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { failureOf, useEmbedded } from './use-embedded.ts'

const database = useEmbedded()

/** Work without an end, each of its own kind: compiled, interpreted, and asleep. */
const endless = [
  'select count(*) from generate_series(1, 1e12)',
  'do $$ begin loop end loop; end $$',
  'select pg_sleep(3600)',
]

describe('a statement without an end', () => {
  it.each(endless)('is stopped by statement_timeout: %s', async (text) => {
    const client = await database.connect()
    await client.query('begin; set local statement_timeout = 50')
    expect(await failureOf(client.query(text))).toBe('57014')
    await client.query('rollback')
    expect((await client.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '0' }])
  })

  it.each(endless)('is stopped by a cancel request: %s', async (text) => {
    const client = await database.connect()
    const failure = failureOf(client.query(text))
    cancel(client)
    expect(await failure).toBe('57014')
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })
})

describe('a cancel request', () => {
  it('takes back a statement that waits for its turn', async () => {
    const first = await database.connect()
    const second = await database.connect()
    await first.query('begin')
    const failure = failureOf(second.query('select 1'))
    cancel(second)
    expect(await failure).toBe('57014')
    await first.query('commit')
    expect((await second.query('select 2 as two')).rows).toEqual([{ two: 2 }])
  })

  it('that comes too late cancels nothing else', async () => {
    const client = await database.connect()
    const other = await database.connect()
    for (let round = 0; round < 50; round++) {
      const work = failureOf(client.query('select 1'))
      cancel(client)
      await work
      expect(await failureOf(other.query('select count(*) from generate_series(1, 1000)'))).toBe(undefined)
    }
  })

  it('with a wrong key is ignored', async () => {
    const client = await database.connect()
    const work = client.query('select count(*)::int as n from generate_series(1, 300000)')
    cancel(client, 1)
    expect((await work).rows).toEqual([{ n: 300_000 }])
  })
})

/** A second connection that says which statement to stop, as every client does it. */
function cancel(client: Client, keyOffset = 0) {
  const stream = database.stream()
  const request = Buffer.alloc(16)
  request.writeInt32BE(16, 0)
  request.writeInt32BE(80_877_102, 4)
  request.writeInt32BE(Reflect.get(client, 'processID'), 8)
  request.writeInt32BE(Reflect.get(client, 'secretKey') ^ keyOffset, 12)
  const connect: () => void = Reflect.get(stream, 'connect')
  connect.call(stream)
  stream.end(request)
}
