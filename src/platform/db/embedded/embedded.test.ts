import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { startEmbedded } from './embedded.ts'
import { failureOf, useEmbedded } from './use-embedded.ts'

const database = useEmbedded()

describe('the embedded database behind the pg driver', () => {
  it('reports the settings that the driver decides by', async () => {
    const told = new Map<string, string>()
    const client = new Client({ stream: database.stream })
    // @types/pg does not know the connection's events.
    const connection: NodeJS.EventEmitter = Reflect.get(client, 'connection')
    connection.on('parameterStatus', (message: { parameterName: string; parameterValue: string }) =>
      told.set(message.parameterName, message.parameterValue),
    )
    await client.connect()
    await client.end()
    expect(Object.fromEntries(told)).toMatchObject({
      client_encoding: 'UTF8',
      DateStyle: 'ISO, MDY',
      integer_datetimes: 'on',
      server_version: expect.stringMatching(/^18\./),
      standard_conforming_strings: 'on',
    })
  })

  it('goes on after a statement that cannot be parsed', async () => {
    const client = await database.connect()
    for (let round = 0; round < 3; round++) {
      expect(await failureOf(client.query('selec $1', [1]))).toBe('42601')
      expect(await failureOf(client.query({ name: `bad ${round}`, text: 'select $1::nothing' }))).toBe(
        '42704',
      )
      const { rows } = await client.query({ name: 'good', text: 'select $1::int as one' }, [1])
      expect(rows).toEqual([{ one: 1 }])
    }
  })

  it('keeps a failed transaction failed until it is rolled back', async () => {
    const client = await database.connect()
    await client.query('begin')
    expect(await failureOf(client.query('select 1 / $1::int', [0]))).toBe('22012')
    expect(await failureOf(client.query('select 1'))).toBe('25P02')
    await client.query('rollback')
    expect((await client.query('select 2 as two')).rows).toEqual([{ two: 2 }])
  })

  it('returns 50 MB of rows and takes 8 MB of bytes unchanged', async () => {
    const client = await database.connect()
    const rows = await client.query<{ i: number; word: string }>(
      'select i, repeat(md5(i::text), 32) as word from generate_series(1, 50000) i',
    )
    expect(rows.rows.length).toBe(50_000)
    expect(rows.rows.every(({ word }) => word.length === 1024)).toBe(true)
    expect(new Set(rows.rows.map(({ word }) => word)).size).toBe(50_000)
    const bytes = Buffer.alloc(8 * 1024 * 1024, 'a sentence of some length that is no power of two')
    const echoed = await client.query<{ bytes: Buffer }>('select $1::bytea as bytes', [bytes])
    expect(echoed.rows[0]?.bytes.equals(bytes)).toBe(true)
  })

  it('serves a pool of four whose queries all run at once', async () => {
    const pool = database.pool(4)
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => pool.query<{ i: number }>('select $1::int as i', [i])),
    )
    expect(answers.map(({ rows }) => rows[0]?.i)).toEqual(Array.from({ length: 100 }, (_, i) => i))
  })

  it('refuses what it cannot keep for one connection alone', async () => {
    const client = new Client({ stream: database.stream, statement_timeout: 100 })
    client.on('error', () => {})
    expect(await failureOf(client.connect())).toBe('0A000')
  })
})

describe('the embedded database on disk', () => {
  it('finds after a restart what it was told before', async () => {
    const dataDir = join(await mkdtemp(join(tmpdir(), 'embedded-')), 'made', 'on the way')
    for (const expected of [1, 2]) {
      const embedded = await startEmbedded({ dataDir })
      const client = new Client({ stream: () => embedded.stream() })
      await client.connect()
      await client.query('create table if not exists starts (at timestamptz default now())')
      await client.query('insert into starts default values')
      expect((await client.query('select count(*)::int as starts from starts')).rows).toEqual([
        { starts: expected },
      ])
      await client.end()
      await embedded.sync()
      await embedded.close()
    }
    await rm(dataDir, { recursive: true })
  })

  it('says why a directory cannot be opened', async () => {
    const start = startEmbedded({ dataDir: '/proc/version/database' })
    await expect(start).rejects.toThrow(/ENOTDIR|ENOENT/)
  })
})
