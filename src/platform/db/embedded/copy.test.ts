import type { Duplex } from 'node:stream'
import type { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { failureOf, useEmbedded } from './use-embedded.ts'

const database = useEmbedded()

/** What a COPY of pg-copy-streams uses of the driver. */
type Connection = NodeJS.EventEmitter & {
  stream: Duplex
  query: (text: string) => void
  sendCopyFromChunk: (chunk: Buffer) => void
  endCopyFrom: () => void
  sendCopyFail: (reason: string) => void
}

describe('COPY', () => {
  it('takes 100,000 rows in and gives them back', async () => {
    const client = await database.connect()
    await client.query('create table copied (i int, word text)')
    const lines = Array.from({ length: 100_000 }, (_, i) => `${i}\tword number ${i}\n`)
    const outcome = await copyIn(client, 'copy copied from stdin', (send) => {
      for (let at = 0; at < lines.length; at += 1000) send(lines.slice(at, at + 1000).join(''))
      return 'done'
    })
    expect(outcome).toBe('COPY 100000')
    expect(await copyOut(client, 'copy (select * from copied order by i) to stdout')).toBe(lines.join(''))
    expect((await client.query('select count(*)::int as n from copied')).rows).toEqual([{ n: 100_000 }])
  })

  it('that fails in the middle leaves nothing and does not stop the client or the others', async () => {
    const client = await database.connect()
    const other = await database.connect()
    await client.query('create table refused (i int)')
    const outcome = await copyIn(client, 'copy refused from stdin', (send) => {
      for (const line of ['1\n', 'not a number\n', '3\n', '4\n']) send(line)
      return 'done'
    })
    expect(outcome).toMatch(/invalid input syntax for type integer/)
    expect((await other.query('select count(*)::int as n from refused')).rows).toEqual([{ n: 0 }])
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  it('that the client gives up leaves nothing', async () => {
    const client = await database.connect()
    await client.query('create table given_up (i int)')
    const outcome = await copyIn(client, 'copy given_up from stdin', (send) => {
      send('1\n')
      return 'fail'
    })
    expect(outcome).toMatch(/changed its mind/)
    expect((await client.query('select count(*)::int as n from given_up')).rows).toEqual([{ n: 0 }])
  })

  it('whose client is dropped ends, and the others go on', async () => {
    const client = await database.connect()
    const other = await database.connect()
    client.on('error', () => {})
    await client.query('create table half (i int)')
    const connection = connectionOf(client)
    connection.once('copyInResponse', () => {
      connection.sendCopyFromChunk(Buffer.from('1\n'))
      connection.stream.destroy()
    })
    connection.query('copy half from stdin')
    expect((await other.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    expect((await other.query('select count(*)::int as n from half')).rows).toEqual([{ n: 0 }])
    expect(await failureOf(client.query('select 1'))).toBeDefined()
  })
})

/** The command tag, or the message of the error. */
function copyIn(
  client: Client,
  text: string,
  feed: (send: (lines: string) => void) => 'done' | 'fail',
): Promise<string> {
  const connection = connectionOf(client)
  return new Promise((resolve) => {
    let outcome = ''
    const keep = (message: { text?: string; message?: string }) => {
      outcome = message.text ?? message.message ?? ''
    }
    connection.once('copyInResponse', () => {
      if (feed((lines) => connection.sendCopyFromChunk(Buffer.from(lines))) === 'done')
        connection.endCopyFrom()
      else connection.sendCopyFail('the client changed its mind')
    })
    replaceListeners(connection, { errorMessage: keep, commandComplete: keep }, () => resolve(outcome))
    connection.query(text)
  })
}

function copyOut(client: Client, text: string): Promise<string> {
  const connection = connectionOf(client)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const keep = ({ chunk }: { chunk: Buffer }) => chunks.push(chunk)
    replaceListeners(connection, { copyData: keep, commandComplete: () => {} }, () =>
      resolve(Buffer.concat(chunks).toString()),
    )
    connection.query(text)
  })
}

type Listener = (message: never) => void

/** The driver has no query under way that these messages could belong to. */
function replaceListeners(connection: Connection, listeners: Record<string, Listener>, done: () => void) {
  const before = Object.keys(listeners).map((event) => [event, connection.listeners(event)] as const)
  for (const [event, listener] of Object.entries(listeners)) {
    connection.removeAllListeners(event).on(event, listener)
  }
  connection.once('readyForQuery', () => {
    for (const [event, own] of before) {
      connection.removeAllListeners(event)
      for (const listener of own) connection.on(event, (message) => listener.call(connection, message))
    }
    done()
  })
}

function connectionOf(client: Client): Connection {
  return Reflect.get(client, 'connection')
}
