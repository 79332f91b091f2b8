import { join } from 'node:path'
import { Client, type ClientBase, type ClientConfig } from 'pg'
import { startEmbedded } from '#platform/db/embedded/embedded.ts'

/** One connection to a server PostgreSQL. */
export async function withServer<T>(url: string, work: (client: ClientBase) => Promise<T>): Promise<T> {
  return withClient({ connectionString: url }, work)
}

/** A superuser's connection to the embedded database of a data directory, or to a new one in memory. */
export async function withEmbedded<T>(
  dataDir: string | undefined,
  work: (client: ClientBase) => Promise<T>,
): Promise<T> {
  const embedded = await startEmbedded({ dataDir: dataDir && join(dataDir, 'postgres') })
  try {
    return await withClient({ stream: () => embedded.stream() }, work)
  } finally {
    await embedded.close()
  }
}

async function withClient<T>(config: ClientConfig, work: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = new Client(config)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
