import type { Duplex } from 'node:stream'
import { Client } from 'pg'
import { createDirectory } from './create-directory.ts'
import { EmbeddedEnded } from './errors.ts'
import { Session } from './session.ts'
import { type Host, PgStream } from './stream.ts'
import { syncFiles } from './sync-files.ts'
import { startWorker } from './worker.ts'

export type Embedded = {
  /**
   * A connection for `pg`: `new Pool({ stream: () => embedded.stream() })`.
   * @param statementMs how long a message of it may take while nothing has set `statement_timeout`; 0 for any time
   */
  stream: (statementMs?: number) => Duplex
  /** Writes a checkpoint and flushes the files to disk; without it, a power failure may lose or damage data. */
  sync: () => Promise<void>
  /** Rolls back what is open, writes a checkpoint, flushes the files and ends the worker. May be called again. */
  close: () => Promise<void>
}

export type EmbeddedOptions = {
  /** Created when it is not there. Undefined keeps everything in memory. Two processes on one directory destroy it. */
  dataDir: string | undefined
  /** The worker ended by itself; every connection has failed and every new one will. Called at most once. */
  onDeath?: (error: EmbeddedEnded) => void
}

/**
 * Starts PostgreSQL 18 in WebAssembly in a thread of its own. Its user is a superuser, and its connections share one
 * session: transactions never mix, but what a client prepares in SQL or locks outside a transaction stays for all, and
 * what it sets until some client leaves. Only a role is taken back at once. Rejects with EmbeddedEnded when the directory cannot be opened.
 */
export async function startEmbedded({ dataDir, onDeath }: EmbeddedOptions): Promise<Embedded> {
  if (dataDir !== undefined) await createDirectory(dataDir)
  const streams = new Set<PgStream>()
  let ended: EmbeddedEnded | undefined
  let closing: Promise<void> | undefined

  const end = (error: EmbeddedEnded) => {
    ended = error
    for (const stream of streams) stream.destroy(error)
  }
  const worker = await startWorker(dataDir, {
    onAnswer: (bytes, standing, limits) => session.answer(bytes, standing, limits),
    onDeath: (error) => {
      end(error)
      onDeath?.(error)
    },
  })
  const session = new Session(worker)
  const host: Host = {
    session,
    streams,
    parameters: worker.parameters,
    acknowledge: worker.acknowledge,
    failure: () => ended,
  }

  const close = async () => {
    end(new EmbeddedEnded('the embedded database has been closed'))
    await Promise.race([session.idle(), worker.exited])
    await worker.close()
    if (dataDir !== undefined) await syncFiles(dataDir)
  }
  return {
    stream: (statementMs = 0) => new PgStream(host, statementMs),
    sync: async () => {
      await checkpoint(() => new PgStream(host, 0))
      if (dataDir !== undefined) await syncFiles(dataDir)
    },
    close: () => (closing ??= close()),
  }
}

async function checkpoint(stream: () => Duplex): Promise<void> {
  const client = new Client({ stream })
  await client.connect()
  try {
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
}
