import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { Client } from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { startEmbedded } from './embedded.ts'
import { EmbeddedEnded } from './errors.ts'
import { failureOf } from './use-embedded.ts'

let worker: Worker | undefined
const notice = (started: Worker) => (worker = started)

afterEach(() => {
  process.off('worker', notice)
})

describe('the death of the thread', () => {
  it('fails every statement, the waiting ones too, and is told once', async () => {
    const { embedded, deaths, connect } = await start()
    const [busy, waiting, idle] = [await connect(), await connect(), await connect()]
    const failures = [
      failureOf(busy.query('do $$ begin loop end loop; end $$')),
      failureOf(waiting.query('select 1')),
    ]
    await worker?.terminate()
    expect(await Promise.all(failures)).toEqual(['08006', '08006'])
    expect(await failureOf(idle.query('select 1'))).toMatch(/connection/)
    expect(await failureOf(connect())).toBe('08006')
    expect(await failureOf(embedded.sync())).toBe('08006')
    await embedded.close()
    expect(deaths).toEqual([expect.any(EmbeddedEnded)])
  })

  it('carries what the engine died of, here a disk that lost a file', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'embedded-'))
    const { embedded, deaths, connect } = await start(dataDir)
    const client = await connect()
    await client.query('create table written (i int)')
    await rm(join(dataDir, 'global', 'pg_control'))
    expect(await failureOf(client.query('checkpoint'))).toBe('08006')
    expect(deaths).toMatchObject([{ cause: { message: 'the database engine failed' } }])
    await embedded.close()
    await rm(dataDir, { recursive: true })
  })

  it('at the start says what was wrong with the directory', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'embedded-'))
    await writeFile(join(dataDir, 'PG_VERSION'), '9.6')
    await expect(startEmbedded({ dataDir })).rejects.toThrow(/the embedded database ended: .+/)
    await rm(dataDir, { recursive: true })
  })
})

describe('close', () => {
  it('stops what is under way, may be called twice, and is no death', async () => {
    const { embedded, deaths, connect } = await start()
    const client = await connect()
    const failure = failureOf(client.query('do $$ begin loop end loop; end $$'))
    await Promise.all([embedded.close(), embedded.close()])
    expect(await failure).toBe('08006')
    expect(await failureOf(connect())).toBe('08006')
    expect(deaths).toEqual([])
  })
})

async function start(dataDir?: string) {
  process.on('worker', notice)
  const deaths: Error[] = []
  const embedded = await startEmbedded({ dataDir, onDeath: (error) => deaths.push(error) })
  const connect = async () => {
    const client = new Client({ stream: () => embedded.stream() })
    client.on('error', () => {})
    await client.connect()
    return client
  }
  return { embedded, deaths, connect }
}
