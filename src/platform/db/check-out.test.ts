import { expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { checkOut } from './check-out.ts'
import { useEmbedded } from './embedded/use-embedded.ts'
import { nothingPrepared } from './prepared.ts'

const { pool: newPool } = useEmbedded()
const lines: string[] = []
const log = createLog('trace', { write: (line: string) => void lines.push(line) })

/** With what is sent first, and the number of connections that were made. */
function prepare(pool = newPool(1)) {
  let made = 0
  pool.on('connect', () => made++)
  return {
    pool,
    connections: () => made,
    begin: (opening = 'select 1', signal?: AbortSignal) =>
      checkOut({ pool, log, nameStatement: nothingPrepared }, signal, [{ text: opening }]),
  }
}

const tenantSql = { text: "select current_setting('app.tenant_id', true) as tenant" }

test('a connection that carries what an earlier caller set is destroyed and written down, and the next one is clean', async () => {
  lines.length = 0
  const { pool, begin, connections } = prepare()
  await pool.query('create table kept (n int)')
  const careless = begin('set app.tenant_id = 4711')
  await careless.run([{ text: 'select 1' }])
  await careless.commit(false)
  careless.giveBack()
  expect(connections()).toBe(1)

  const next = begin()
  const { rows } = await next.run([
    {
      text: 'insert into kept values (nullif(current_setting($1, true), $2)::int)',
      values: ['app.tenant_id', ''],
    },
    tenantSql,
  ])
  expect(rows).toEqual([{ tenant: '' }])
  expect(connections()).toBe(2)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('"level":50')
  expect(lines[0]).not.toContain('4711')
  await next.commit(false)
  next.giveBack()
  // What was sent with the beginning ran once, and saw nothing of it.
  expect((await pool.query('select n from kept')).rows).toEqual([{ n: null }])
})

test('what is set for one transaction is gone in the next, on the same connection', async () => {
  lines.length = 0
  const { begin, connections } = prepare()
  const first = begin(
    "select set_config('app.tenant_id', '4711', true), set_config('role', 'pg_monitor', true)",
  )
  expect((await first.run([tenantSql])).rows).toEqual([{ tenant: '4711' }])
  await first.commit(false)
  first.giveBack()
  const second = begin()
  expect((await second.run([tenantSql])).rows).toEqual([{ tenant: '' }])
  second.giveBack()
  expect(connections()).toBe(1)
  expect(lines).toEqual([])
})

test('a caller who leaves mid-statement costs the connection, one who leaves while waiting for it costs none', async () => {
  const { begin, connections } = prepare()
  const [leaving, waiting] = [new AbortController(), new AbortController()]
  const first = begin(undefined, leaving.signal)
  await first.run([{ text: 'select 1' }])
  const queued = begin(undefined, waiting.signal)
  const never = queued.run([{ text: 'select 1' }])
  waiting.abort(new Error('left the queue'))
  const statement = first.run([{ text: 'select pg_sleep(5)' }])
  await underWay()
  leaving.abort(new Error('left mid-statement'))
  await expect(statement).rejects.toThrow('Connection terminated')
  await first.rollback()
  first.giveBack()
  await expect(never).rejects.toThrow('left the queue')
  expect(connections()).toBe(2)

  const third = begin()
  await third.run([{ text: 'select 1' }])
  await third.commit(false)
  third.giveBack()
  expect(connections()).toBe(2)
})

test('a commit is waited for even when its caller leaves meanwhile', async () => {
  const { pool, begin } = prepare()
  await pool.query('create table ended (n int)')
  for (const [i, statements] of [[{ text: 'insert into ended values (1)' }], []].entries()) {
    const leaving = new AbortController()
    const connection = begin(undefined, leaving.signal)
    if (statements.length > 0) await connection.run(statements)
    const committed = connection.commit(false, [{ text: 'insert into ended values (2)' }])
    await underWay()
    leaving.abort(new Error('left mid-commit'))
    await expect(committed).resolves.toMatchObject({ command: 'INSERT' })
    connection.giveBack()
    const { rows } = await pool.query('select n from ended')
    expect(rows).toHaveLength(2 + i)
  }
})

test('a statement that nobody waited for does not come after the end, whichever it was', async () => {
  const { begin } = prepare()
  for (const end of ['commit', 'rollback'] as const) {
    const first = begin()
    const forgotten = first.runText('select 1').catch((error: unknown) => error)
    await (end === 'commit' ? first.commit(false) : first.rollback())
    first.giveBack()
    expect(await forgotten).toEqual(new Error('the transaction has ended'))
  }
})

test('nothing of a message runs after what fails, and no connection is taken where nothing is asked', async () => {
  const { pool, begin, connections } = prepare()
  const idle = begin()
  await idle.commit(true)
  idle.giveBack()
  expect(connections()).toBe(0)

  await pool.query('create table batched (n int)')
  const insert = (n: unknown) => ({ text: 'insert into batched values ($1)', values: [n] })
  for (const failing of [
    { text: 'select 1 / 0' },
    { text: 'this is no statement' },
    insert({ toPostgres: fail }),
  ]) {
    for (const begins of [true, false]) {
      const connection = begin()
      if (!begins) await connection.run([{ text: 'select 1' }])
      await expect(connection.commit(false, [insert(1), failing, insert(2)])).rejects.toThrow(
        /zero|syntax|confirm/,
      )
      await connection.rollback()
      connection.giveBack()
    }
  }
  expect((await pool.query('select n from batched')).rows).toEqual([])
  // The driver’s own failures cost a connection each.
  expect(connections()).toBe(3)
})

/** Until what was asked is sent. */
const underWay = () => new Promise((resolve) => setImmediate(resolve))

function fail(): never {
  throw new Error('not to be written')
}
