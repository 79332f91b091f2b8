import { createHash } from 'node:crypto'
import type { Api } from '#isolation/server/client.ts'
import { expectStatus } from '../server/create-tenant.ts'
import { listAll, type ListedFile, listFiles } from '../server/list-files.ts'
import type { Expected } from './upload-until-cut.ts'

/** A file by its external id, and what is wrong with it. */
export type Problem = { file: string; problem: string }

/** Every accepted file has to be there once, ready, whole, and to be found. */
export async function checkFiles(api: Api, expected: readonly Expected[]): Promise<Problem[]> {
  const listed = await listFiles(api)
  const byExternalId = Map.groupBy(listed, ({ external_id }) => external_id ?? '')
  const problems: Problem[] = []
  for (const file of expected) {
    const [found, ...more] = byExternalId.get(file.externalId) ?? []
    const say = (problem: string) => problems.push({ file: file.externalId, problem })
    byExternalId.delete(file.externalId)
    if (file.id === undefined) say('was never accepted')
    else if (!found) say('is lost')
    else if (more.length > 0) say(`is there ${more.length + 1} times`)
    else if (found.id !== file.id) say('is another file than the one that was accepted')
    else for (const problem of await checkFile(api, file, found)) say(problem)
  }
  for (const stranger of byExternalId.keys()) problems.push({ file: stranger, problem: 'was never sent' })
  return problems
}

async function checkFile(api: Api, file: Expected, found: ListedFile): Promise<string[]> {
  if (found.status !== 'ready') return [`is ${found.status}: ${found.failure?.message ?? 'no reason given'}`]
  const problems: string[] = []
  const content = await api.send('GET', `/v1/files/${found.id}/content`)
  const bytes = content.body instanceof Uint8Array ? content.body : Buffer.from(String(content.body))
  if (hash(bytes) !== hash(file.content)) problems.push('has other bytes than were sent')
  const chunks = await listAll<Chunk>(api, `/v1/files/${found.id}/chunks`)
  const isWhole = chunks.every(({ ordinal }, i) => ordinal === i)
  if (chunks.length !== found.chunk_count || chunks.length === 0 || !isWhole) {
    problems.push(`has ${chunks.length} chunks, ${found.chunk_count} belong`)
  }
  return [...problems, ...(await checkSearch(api, found, chunks))]
}

type Chunk = { id: string; ordinal: number; text: string }
type Answer = { results: { file_id: string; chunk_id: string }[]; total: number }

/** A query of words from its middle must find the file, and no chunk of it twice. */
async function checkSearch(api: Api, { id }: ListedFile, chunks: readonly Chunk[]): Promise<string[]> {
  const middle = chunks[Math.floor(chunks.length / 2)]
  const query = middle?.text
    .match(/[\p{L}\p{N}]{3,}/gu)
    ?.slice(0, 12)
    .join(' ')
  if (query === undefined) return ['has no words to search for']
  const body = { query, mode: 'text', files: [id], limit: 100 }
  const { results, total } = expectStatus(200, await api.post<Answer>('/v1/search', body))
  const ids = results.map(({ chunk_id }) => chunk_id)
  if (!ids.includes(middle?.id ?? '')) return ['is not found by its own words']
  const isDoubled = new Set(ids).size < ids.length || total > chunks.length
  return isDoubled ? ['is in the index more than once'] : []
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
