import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { until } from '../support/app.ts'
import { startCommand } from '../support/run-command.ts'
import { documents, startEventCommands } from '../support/event-commands.ts'

const commands = await startEventCommands()
const { app, folder, surroundings, bulkhead, makeSpace } = commands
afterAll(() => commands.close())

/** A tail that runs, and what it has said so far. */
function startTail(args: string[], settings: Record<string, string> = {}) {
  const child = startCommand(['events', 'tail', ...args], surroundings(settings), folder)
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (said.out += piece))
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (said.err += piece))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    said,
    ended,
    has: (pattern: RegExp) =>
      until(`tail says ${pattern}`, () => Promise.resolve(pattern.test(said.out) || undefined)),
    stop: () => {
      child.kill('SIGINT')
      return ended
    },
  }
}

/** Between the command and the server: connections can be cut while both go on. */
async function startProxy(port: number) {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.on('error', () => {}).on('close', () => to.destroy())
      from.pipe(to)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of open) socket.destroy()
    open.clear()
  }
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    cut,
    close: () => {
      cut()
      server.close()
    },
  }
}

test('tail shows what happens while it runs, one line an event, and ends with 0 at Ctrl-C', async () => {
  await makeSpace('earlier')
  const tail = startTail(['--type', 'space.*'])
  const json = startTail(['--type', 'space.*', '--after', '0', '--json'])
  await json.has(/Space earlier/)
  // From now on: it is known to listen once it has told of something.
  let count = 0
  await until('tail tells of a new space', async () => {
    await makeSpace(`while-${++count}`)
    return /Space while-/.test(tail.said.out) || undefined
  })
  await tail.has(new RegExp(`Space while-${count}`))
  await json.has(new RegExp(`Space while-${count}`))
  expect(await tail.stop()).toBe(0)
  expect(await json.stop()).toBe(0)
  expect(tail.said.err).toBe('')
  expect(tail.said.out).not.toContain('earlier')
  expect(tail.said.out).toMatch(/^2\d{3}-\S+Z {2}\d+ {2}space\.created {2}Space while-\d+ {2}\S.*$/m)
  const told = documents(json.said.out).map(({ subject }) => subject.name)
  expect(told.slice(-count - 1)).toEqual([
    'Space earlier',
    ...Array.from({ length: count }, (_, i) => `Space while-${i + 1}`),
  ])
})

test('tail goes on after a lost connection, and misses and repeats nothing', async () => {
  const proxy = await startProxy(Number(new URL(app.url).port))
  const tail = startTail(['--type', 'space.created', '--after', '0', '--json'], { BULKHEAD_URL: proxy.url })
  await makeSpace('before-the-cut')
  await tail.has(/before-the-cut/)
  proxy.cut()
  await makeSpace('during-the-cut')
  await tail.has(/during-the-cut/)
  await makeSpace('after-the-cut')
  await tail.has(/after-the-cut/)
  expect(await tail.stop()).toBe(0)
  proxy.close()
  expect(tail.said.err).toBe('The connection was lost; trying again in 1 s.\n')
  const ids = documents(tail.said.out).map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
  const known = documents((await bulkhead(['events', 'list', '--type', 'space.created', '--json'])).out)
  expect(ids).toEqual(known.map(({ id }) => id).reverse())
})

test('tail ends when its key does, and says so', async () => {
  const made = await app.tenant.post<{ id: string; secret: string }>('/v1/keys', { name: 'short' })
  const tail = startTail(['--after', '0'], { BULKHEAD_KEY: made.body.secret })
  await tail.has(/key\.created {2}short/)
  await app.tenant.delete(`/v1/keys/${made.body.id}`)
  expect(await tail.ended).toBe(4)
  expect(tail.said.err).toMatch(/^Error: /)
})

test('events are listed with filters, as many as are asked for', async () => {
  await makeSpace('listed')
  const asked = ['events', 'list', '--type', 'space.created', '--words', 'listed']
  const [event] = documents((await bulkhead([...asked, '--json'])).out)
  expect(event).toMatchObject({ type: 'space.created', subject: { name: 'Space listed' } })
  expect((await bulkhead(asked)).out).toMatch(/^created_at +id +type.*\n.* space\.created +Space listed /s)
  const oldest = documents(
    (await bulkhead(['events', 'list', '--order', 'oldest', '--limit', '2', '--json'])).out,
  )
  expect(oldest.map(({ id }) => id)).toEqual([1, 2])
  const after = await bulkhead([
    'events',
    'list',
    '--after',
    '2',
    '--order',
    'oldest',
    '--limit',
    '1',
    '--json',
  ])
  expect(documents(after.out)[0]?.id).toBe(3)
  expect((await bulkhead(['events', 'list', '--until', '2020-01-01'])).out).toBe('There are none.\n')
  expect((await bulkhead(['events', 'list', '--type', 'Nonsense'])).code).toBe(2)
})

test('a digest says what changed in words, then in short lists', async () => {
  await app.tenant.upload('digested.md', 'Told of in a digest.')
  const told = await bulkhead(['events', 'digest', '--period', 'day'])
  expect(told.code, told.err).toBe(0)
  expect(told.out).toMatch(/^In the day to \d+ \w+ \d{4}, .+ added 1 file:\s“digested\.md”\./)
  expect(told.out).toMatch(/\nAdded\n.+ {2}1 {2}digested\.md\n/)
  const [digest] = documents<{ words: string; added: { files: number } }>(
    (await bulkhead(['events', 'digest', '--space', 'default', '--json'])).out,
  )
  expect(digest).toMatchObject({ added: { files: 1 }, words: expect.stringMatching(/^In the week to /) })
  const then = await bulkhead(['events', 'digest', '--since', '2020-01-01', '--until', '2020-02-01'])
  expect(then.out).toBe('From 1 January 2020 to 1 February 2020, no files were added.\n')
  expect((await bulkhead(['events', 'digest', '--space', 'nowhere'])).code).toBe(3)
  expect((await bulkhead(['events', 'digest', '--period', 'year'])).code).toBe(2)
})
