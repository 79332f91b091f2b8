import type { Api } from '#isolation/server/client.ts'
import { expectStatus } from '../server/create-tenant.ts'
import { inParallel } from '../server/in-parallel.ts'
import { waitUntilRead, listFiles } from '../server/list-files.ts'
import type { JudgedSet, SetDocument } from './read-set.ts'
import { poolsOf } from './pools.ts'

const lanes = 4

/** Puts every document into the tenant's default space and waits until all are read. @returns the ids of the unreadable */
export async function uploadSet(api: Api, set: JudgedSet, say: (line: string) => void): Promise<string[]> {
  const pools = poolsOf(set)
  let uploaded = 0
  await inParallel(set.documents, lanes, async (document) => {
    const metadata = pools.get(document.id)
    const fields = {
      external_id: document.id,
      ...(metadata === undefined ? {} : { metadata: JSON.stringify(metadata) }),
    }
    expectStatus(201, await api.upload(`${document.id}.md`, asMarkdown(document), fields))
    if (++uploaded % 500 === 0) say(`${set.name}: ${uploaded} of ${set.documents.length} uploaded`)
  })
  say(`${set.name}: all ${uploaded} uploaded, waiting until they are read`)
  await waitUntilRead(api, 60_000 + set.documents.length * 500)
  const files = await listFiles(api)
  if (files.length !== set.documents.length) {
    throw new Error(
      `${set.name}: ${set.documents.length} documents were accepted, ${files.length} are listed`,
    )
  }
  return files.filter(({ status }) => status !== 'ready').map(({ external_id }) => external_id ?? '')
}

/** The same for documents without judgements of their own. @throws Error when one cannot be read */
export async function uploadDocuments(api: Api, documents: readonly SetDocument[]): Promise<void> {
  await inParallel(documents, lanes, async (document) => {
    const fields = { external_id: document.id }
    expectStatus(201, await api.upload(`${document.id}.md`, asMarkdown(document), fields))
  })
  await waitUntilRead(api, 60_000 + documents.length * 500)
}

function asMarkdown({ title, text }: SetDocument): string {
  return title.trim() === '' ? text : `# ${title.replace(/\s+/g, ' ').trim()}\n\n${text}`
}
