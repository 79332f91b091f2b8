import { openApi } from '../server/data-directory.ts'
import { createTenant, expectStatus } from '../server/create-tenant.ts'
import { inParallel } from '../server/in-parallel.ts'
import { waitUntilRead } from '../server/list-files.ts'
import { startServer } from '../server/start-server.ts'
import { createCorpus } from '../speed/write-corpus.ts'

/** Gives each tenant so many documents of 30 chunks, through a server of their own. */
export async function fillDatabase(
  dataDir: string,
  settings: Record<string, string>,
  slugs: readonly string[],
  documents: number,
): Promise<void> {
  const server = startServer({ dataDir, settings })
  try {
    const url = await server.ready
    const platform = await openApi(url, dataDir, 'platform')
    for (const [seed, slug] of slugs.entries()) {
      const api = await createTenant(platform, url, slug)
      const corpus = createCorpus(seed)
      const numbers = Array.from({ length: documents }, (_, number) => number)
      await inParallel(numbers, 4, async (number) => {
        const fields = { metadata: JSON.stringify({ number }) }
        expectStatus(201, await api.upload(`document ${number}.md`, corpus.writeDocument(), fields))
      })
      await waitUntilRead(api, 60_000 + documents * 10_000)
    }
  } finally {
    await server.stop()
  }
}
