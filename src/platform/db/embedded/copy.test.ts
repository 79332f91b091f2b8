import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createFrames } from './frames.ts'
import { useEmbedded } from './use-embedded.ts'

const database = useEmbedded()

describe('COPY', () => {
  it('takes 100,000 rows in and gives them back', async () => {
    const client = await database.connect()
    await client.query('create table copied (i int, word text)')
    const lines = Array.from({ length: 100_000 }, (_, i) => `${i}\tword number ${i}\n`)
    const raw = await openRaw()
    raw.query('copy copied from stdin')
    expect(await raw.until('G')).toEqual([])
    for (let at = 0; at < lines.length; at += 1000) raw.send('d', lines.slice(at, at + 1000).join(''))
    raw.send('c', '')
    expect(await raw.until('Z')).toEqual(['C COPY 100000\0'])
    expect((await client.query('select count(*)::int as n from copied')).rows).toEqual([{ n: 100_000 }])

    raw.query('copy (select * from copied order by i) to stdout')
    const out = await raw.until('Z')
    const data = out.filter((message) => message.startsWith('d ')).map((message) => message.slice(2))
    expect(data.join('')).toBe(lines.join(''))
    raw.end()
  })

  it('that meets a bad line leaves nothing, and what is sent after it is ignored', async () => {
    const client = await database.connect()
    await client.query('create table refused (i int)')
    const raw = await openRaw()
    raw.query('copy refused from stdin')
    await raw.until('G')
    raw.send('d', '1\nnot a number\n')
    expect((await raw.until('Z')).join()).toMatch(/invalid input syntax for type integer/)
    raw.send('d', '3\n')
    raw.send('c', '')
    expect((await client.query('select count(*)::int as n from refused')).rows).toEqual([{ n: 0 }])
    raw.query('select 1')
    expect((await raw.until('Z')).at(-1)).toBe('C SELECT 1\0')
    raw.end()
  })

  it('that the client gives up leaves nothing', async () => {
    const client = await database.connect()
    await client.query('create table given_up (i int)')
    const raw = await openRaw()
    raw.query('copy given_up from stdin')
    await raw.until('G')
    raw.send('d', '1\n')
    raw.send('f', 'changed its mind\0')
    expect((await raw.until('Z')).join()).toMatch(/changed its mind/)
    expect((await client.query('select count(*)::int as n from given_up')).rows).toEqual([{ n: 0 }])
    raw.end()
  })

  it.each(['half', 'untouched'])('whose client is dropped (%s) lets the others go on', async (table) => {
    const client = await database.connect()
    await client.query(`create table ${table} (i int)`)
    const raw = await openRaw()
    raw.query(`copy ${table} from stdin`)
    await raw.until('G')
    if (table === 'half') raw.send('d', '1\n2\n')
    await setImmediate()
    raw.end()
    expect((await client.query(`select count(*)::int as n from ${table}`)).rows).toEqual([{ n: 0 }])
  })
})

describe('messages in pieces', () => {
  it('are put together wherever they were cut', async () => {
    const raw = await openRaw(1)
    raw.query('select 12345')
    expect(await raw.until('Z')).toContain('C SELECT 1\0')
    raw.end()
  })
})

/** A client that sees the bare messages, as `letter body`; it writes in pieces of `pieceBytes`. */
async function openRaw(pieceBytes = 65_536) {
  const stream = database.stream()
  const frames = createFrames()
  const received: string[] = []
  let arrived = () => {}
  stream.on('data', (bytes: Buffer) => {
    frames.add(bytes)
    for (let message = frames.take('letter'); message; message = frames.take('letter')) {
      received.push(`${message.toString('utf8', 0, 1)} ${message.toString('utf8', 5)}`)
    }
    arrived()
  })
  const write = (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += pieceBytes) stream.write(bytes.subarray(at, at + pieceBytes))
  }
  const send = (letter: string, body: string) => {
    const bytes = Buffer.from(`${letter}....${body}`)
    bytes.writeInt32BE(bytes.length - 1, 1)
    write(bytes)
  }
  /** What came before the first message of that letter; it and what came before are forgotten. */
  const until = async (letter: string) => {
    for (;;) {
      const at = received.findIndex((message) => message.startsWith(letter))
      if (at >= 0) return received.splice(0, at + 1).slice(0, -1)
      await new Promise<void>((resolve) => (arrived = resolve))
    }
  }
  const startup = Buffer.from('\0\0\0\u0016\0\u0003\0\0user\0postgres\0\0')
  startup.writeInt32BE(startup.length, 0)
  const connect: () => void = Reflect.get(stream, 'connect')
  connect.call(stream)
  write(startup)
  await until('Z')
  return { send, query: (text: string) => send('Q', `${text}\0`), until, end: () => stream.destroy() }
}
