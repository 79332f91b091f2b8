import { setTimeout as pause } from 'node:timers/promises'
import { Client, Pool } from 'pg'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { type Embedded, startEmbedded } from './embedded.ts'

/** For tests: one database in memory per file, and clients that end with the test that opened them. */
export function useEmbedded() {
  let embedded: Embedded | undefined
  const opened: { end: () => Promise<void> }[] = []
  beforeAll(async () => {
    embedded = await startEmbedded({ dataDir: undefined })
  })
  afterEach(async () => {
    // A test that failed may have a connection still, and a pool would wait for it.
    const ends = opened.splice(0).map((client) => client.end().catch(() => {}))
    await Promise.race([Promise.all(ends), pause(5000)])
  })
  afterAll(() => embedded?.close())

  const stream = () => {
    if (!embedded) throw new Error('the database starts before the first test')
    return embedded.stream()
  }
  return {
    stream,
    connect: async (): Promise<Client> => {
      const client = new Client({ stream })
      opened.push(client)
      await client.connect()
      return client
    },
    pool: (max: number): Pool => {
      const pool = new Pool({ stream, max })
      // Its end does not wait for its connections to say goodbye; what they then report is no news.
      pool.on('error', () => {})
      opened.push(pool)
      return pool
    },
  }
}

/** The SQLSTATE with which it fails. */
export async function failureOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}
