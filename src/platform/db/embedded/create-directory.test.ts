import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { startEmbedded } from './embedded.ts'

test('a start that was killed while it made the database leaves nothing in the way of the next', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-making-'))
  try {
    const half = join(folder, 'postgres.making')
    await mkdir(join(half, 'base'), { recursive: true })
    await writeFile(join(half, 'PG_VERSION'), '18\n')
    const embedded = await startEmbedded({ dataDir: join(folder, 'postgres') })
    const client = new Client({ stream: () => embedded.stream() })
    await client.connect()
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await client.end()
    await embedded.close()
    expect(await readdir(folder)).toEqual(['postgres'])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
