import { expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { checkOut } from './check-out.ts'
import { useEmbedded } from './embedded/use-embedded.ts'

const { pool: newPool } = useEmbedded()
const lines: string[] = []
const log = createLog('trace', { write: (line: string) => void lines.push(line) })

test('a connection that carries what an earlier caller set is destroyed and written down, and the next one is clean', async () => {
  lines.length = 0
  const pool = newPool(1)
  const careless = await checkOut(pool, log, undefined, 'set app.tenant_id = 4711')
  await careless.commit(false)
  careless.giveBack()

  const next = await checkOut(pool, log, undefined, 'select 1')
  const { rows } = await next.client.query("select current_setting('app.tenant_id', true) as tenant")
  expect(rows).toEqual([{ tenant: '' }])
  expect(next.client).not.toBe(careless.client)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('"level":50')
  expect(lines[0]).not.toContain('4711')
  next.giveBack()
})

test('what is set for one transaction is gone in the next, on the same connection', async () => {
  lines.length = 0
  const pool = newPool(1)
  const first = await checkOut(
    pool,
    log,
    undefined,
    'set local app.tenant_id = 4711; set local role pg_monitor',
  )
  await first.commit(false)
  first.giveBack()
  const second = await checkOut(pool, log, undefined, 'select 1')
  expect(second.client).toBe(first.client)
  second.giveBack()
  expect(lines).toEqual([])
})

test('a caller who leaves mid-statement costs the connection, one who leaves while waiting for it costs none', async () => {
  const pool = newPool(1)
  const [leaving, waiting] = [new AbortController(), new AbortController()]
  const first = await checkOut(pool, log, leaving.signal, 'select 1')
  const queued = checkOut(pool, log, waiting.signal, 'select 1')
  waiting.abort(new Error('left the queue'))
  const statement = first.client.query('select pg_sleep(5)')
  leaving.abort(new Error('left mid-statement'))
  await expect(statement).rejects.toThrow('Connection terminated')
  await first.rollback()
  first.giveBack()
  await expect(queued).rejects.toThrow('left the queue')

  const third = await checkOut(pool, log, undefined, 'select 1')
  expect(third.client).not.toBe(first.client)
  await third.commit(false)
  third.giveBack()
})

test('a commit is waited for even when its caller leaves meanwhile', async () => {
  const pool = newPool(1)
  await pool.query('create table kept (n int)')
  const leaving = new AbortController()
  const connection = await checkOut(pool, log, leaving.signal, 'insert into kept values (1)')
  const committed = connection.commit(false)
  leaving.abort(new Error('left mid-commit'))
  await expect(committed).resolves.toBeUndefined()
  connection.giveBack()
  expect((await pool.query('select n from kept')).rows).toEqual([{ n: 1 }])
})
