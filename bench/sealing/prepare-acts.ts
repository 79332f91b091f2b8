import type { Api } from '#isolation/server/client.ts'
import type { Act, Undo } from '../command/time-acts.ts'
import { createTenant, expectStatus } from '../server/create-tenant.ts'
import { inParallel } from '../server/in-parallel.ts'
import { waitUntilRead } from '../server/list-files.ts'
import { createCorpus } from '../speed/write-corpus.ts'

/**
 * Room for the index of the small tenant, a fifth of one of the large one's two, and for one of those with what is kept
 * free while it is loaded: they are searched in turn, and each drops the other.
 */
export function indexMemoryBytes(documents: number): number {
  return Math.max(1_048_576, Math.round(documents * bytesOfDocument * 1.8))
}

/** An index of 30 made-up chunks takes about so much memory; `assertLoads` notices when it does not. */
const bytesOfDocument = 30 * 1024

/** Gives a server its tenants and documents. */
export async function prepareActs(
  platform: Api,
  url: string,
  { documents, fileBytes }: { documents: number; fileBytes: number },
): Promise<Act[]> {
  const large = await createTenant(platform, url, 'large')
  expectStatus(201, await large.post('/v1/spaces', { slug: 'other' }))
  for (const space of largeSpaces) await fillSpace(large, space, documents)
  const small = await createTenant(platform, url, 'small')
  await fillSpace(small, 'default', Math.ceil(documents / 5))
  // Only stored: nothing is read in the background while something is timed.
  expectStatus(201, await small.post('/v1/spaces', { slug: 'stored', intelligence: false }))
  const acts: Act[] = []
  for (const bytes of [10_000, fileBytes]) {
    const content = new Uint8Array(bytes).fill(7)
    const { id } = await store(small, content)
    acts.push(
      { what: `upload ${nameSize(bytes)}`, run: () => upload(small, content) },
      { what: `download ${nameSize(bytes)}`, run: () => download(small, id, bytes) },
    )
  }
  const [often, seldom] = [createCorpus(1), createCorpus(1)]
  let loads = 0
  const nextSpace = () => largeSpaces[loads++ % largeSpaces.length]!
  return [
    ...acts,
    { what: `load ${documents * 30} chunks`, run: () => search(large, seldom.writeQuery(), nextSpace()) },
    { what: 'search, loaded', run: () => search(small, often.writeQuery(), 'default') },
  ]
}

const largeSpaces = ['default', 'other'] as const

async function fillSpace(api: Api, space: string, documents: number): Promise<void> {
  const corpus = createCorpus(documents)
  const texts = Array.from({ length: documents }, () => corpus.writeDocument())
  await inParallel(texts, 4, async (text) => {
    expectStatus(201, await api.upload('document.md', text, { space }))
  })
  await waitUntilRead(api, 60_000 + documents * 10_000)
}

async function store(api: Api, content: Uint8Array<ArrayBuffer>): Promise<{ id: string }> {
  return expectStatus(201, await api.upload<{ id: string }>('file.bin', content, { space: 'stored' }))
}

async function upload(api: Api, content: Uint8Array<ArrayBuffer>): Promise<Undo> {
  const { id } = await store(api, content)
  return async () => void expectStatus(204, await api.delete(`/v1/files/${id}`))
}

async function download(api: Api, id: string, bytes: number): Promise<undefined> {
  const content = expectStatus(200, await api.get<Uint8Array>(`/v1/files/${id}/content`))
  if (content.byteLength !== bytes) throw new Error(`${content.byteLength} bytes came back of ${bytes}`)
}

async function search(api: Api, query: string, space: string): Promise<undefined> {
  expectStatus(200, await api.post('/v1/search', { query, spaces: [space] }))
}

function nameSize(bytes: number): string {
  return bytes < 1e6 ? `${bytes / 1e3} kB` : `${bytes / 1e6} MB`
}
