import { getFile, listChunks, listFiles, textOf } from '../../src/features/files/queries.ts'
import {
  readAddedBlocks,
  readChunks,
  readRemovedVersions,
  readSequences,
} from '../../src/features/search/queries.ts'
import { readMatchingFiles } from '../../src/features/search/filter/match-files.ts'
import { getSpace, listSpaces } from '../../src/features/tenancy/queries.ts'
import type { TenantTx } from '#platform/db/index.ts'
import type { Statements } from '../../src/platform/db/execute.ts'
import { tenantPredicate } from '../../src/platform/db/tenant-predicate.ts'
import { kyselyOn } from '../../src/platform/db/kysely-on.ts'
import { formatId, randomIds } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import type { Rows } from './find-rows.ts'

export type Statement = { what: string; text: string; values: unknown[] }

/** What requests ask the database for, as the code that serves them writes it. */
export async function recordStatements(rows: Rows): Promise<Statement[]> {
  const { fileId, versionId, spaceId, places } = rows
  const space = { id: spaceId }
  const page = { limit: 50, after: undefined }
  const hot: [string, (tx: TenantTx) => Promise<unknown>][] = [
    ['a file by id', (tx) => getFile(tx, formatId('fil', fileId))],
    ['a page of files', (tx) => listFiles(tx, { spaceId }, page)],
    ['files by name', (tx) => listFiles(tx, { spaceId, name: '7.md' }, page)],
    [
      'files by metadata',
      (tx) => readMatchingFiles(tx, [{ id: spaceId, slug: '' }], { metadata: { number: 7 } }),
    ],
    ['a text', (tx) => textOf(tx, versionId)],
    ['chunks of a file', (tx) => listChunks(tx, versionId, 50, -1)],
    ['a space by slug', (tx) => getSpace(tx, 'default')],
    ['a page of spaces', (tx) => listSpaces(tx, page)],
    ['search: is the index new', (tx) => readSequences(tx, [space])],
    ['search: what was removed', (tx) => readRemovedVersions(tx, spaceId, 0)],
    ['search: texts of ten hits', (tx) => readChunks(tx, places)],
    [
      'search: load 50 blocks',
      (tx) => readAddedBlocks(tx, spaceId, { afterSeq: 0, limit: 50, embedder: 'e' }),
    ],
  ]
  return Promise.all(hot.map(([what, ask]) => record(what, rows, ask)))
}

/** The one statement of a query, with the tenant's predicate as in every transaction. */
async function record(
  what: string,
  { tenantId, partnerId }: Rows,
  ask: (tx: TenantTx) => Promise<unknown>,
): Promise<Statement> {
  const found: Statement[] = []
  const recorder: Statements = {
    query: (text, values = []) => {
      found.push({ what, text, values })
      return Promise.resolve({ rows: [], rowCount: 0, command: '', oid: 0, fields: [] })
    },
  }
  const scope = mintScope<TenantScope>({
    level: 'tenant',
    partnerId,
    tenantId,
    spaces: 'all',
    subject: { type: 'key', id: randomIds.uuid(), name: 'walls' },
    permissions: new Set(),
    requestId: 'walls',
    signal: new AbortController().signal,
  })
  const unused = () => Promise.reject(new Error('no row, no key'))
  await ask({
    scope,
    kysely: kyselyOn(recorder, [tenantPredicate(tenantId)]),
    keys: unused,
    sealing: unused,
    afterCommit: () => {},
    withJobsRole: unused,
    withArchivistRole: unused,
    inWholeSpaces: unused,
    record: unused,
    unrecorded: () => {},
  }).catch(() => undefined) // Without rows some find nothing: the statement is all that is wanted.
  const [statement] = found
  if (!statement || found.length > 1) throw new Error(`${what} took ${found.length} statements`)
  return statement
}
