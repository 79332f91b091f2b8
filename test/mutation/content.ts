import type { Mutation } from './mutation.ts'
import { refusedByMigration } from './start-checks.ts'

const caches = 'src/features/search/cache/search-indexes.ts'
const retrieve = 'src/features/search/read-ranked.ts'
const blobFiles = 'src/adapters/blobs/file-system.ts'
const unclaimed = 'src/features/lifecycle/remove-unclaimed.ts'
const jobs = 'src/jobs/worker.ts'
const jobTests = ['test/isolation/jobs.test.ts']
const blobTests = ['src/adapters/blobs/file-system.test.ts']
const searchTests = ['src/features/search/search.test.ts']

/** Files, search and jobs. */
export const content: Mutation[] = [
  {
    guard: 'A search reads the indexes of the asked spaces alone',
    statement: 'I15',
    file: caches,
    find: 'return opened.map(({ spaceId, index })',
    replace: 'return [...cached.values()].map(({ spaceId, index })',
    tests: searchTests,
  },
  {
    guard: 'An index in memory belongs to one space of one tenant',
    statement: 'I18',
    file: caches,
    find: 'const key = `${tenantId}/${spaceId}`',
    replace: 'const key = [tenantId, spaceId].slice(2).join()',
    tests: searchTests,
  },
  {
    guard: 'An index in memory is brought up to the asker’s moment before it answers',
    statement: 'I19',
    file: caches,
    find: 'if (space.seq >= seq) {',
    replace: 'if (space.seq > 0) {',
    tests: searchTests,
  },
  {
    guard: 'A hit whose text the asker cannot read is not counted',
    statement: 'I14',
    file: retrieve,
    find: 'total: total - missing',
    replace: 'total',
    tests: searchTests,
  },
  {
    guard: 'A hit whose text the asker cannot read makes room for the next one',
    statement: 'I16',
    file: retrieve,
    find: 'else if (chunks.length >= request.limit || hits.length === left)',
    replace: 'else if (chunks.length >= 0 || hits.length === left)',
    tests: searchTests,
  },
  {
    guard: 'Every matching chunk is scored, not only the first',
    statement: 'I16',
    file: 'src/features/search/rank/choose-hits.ts',
    find: 'if (!match || match.score < minScore) continue',
    replace: 'if (!match || match.score < minScore || chunk > 2) continue',
    tests: ['src/features/search/rank/rank.test.ts'],
  },
  {
    guard: 'A deleted file leaves the index in the same transaction',
    statement: 'I19',
    file: 'src/features/files/delete.ts',
    find: '    await deps.withdrawFromIndex(tx, { id: file.id, spaceId: file.space_id })\n',
    replace: '',
    tests: ['test/api/integrity.test.ts'],
  },
  {
    guard: 'An external id is looked for in its own space',
    statement: 'I17',
    file: 'src/features/files/queries.ts',
    find: "    .where('files.space_id', '=', spaceId)\n    .where('files.external_id', '=', externalId)",
    replace: "    .where('files.external_id', '=', externalId)",
    tests: ['test/isolation/same-names.test.ts'],
  },
  {
    guard: 'An external id is unique in its space, and free in every other',
    statement: 'I17',
    file: 'migrations/0001_foundation.sql',
    find: 'unique (tenant_id, space_id, external_id)',
    replace: 'constraint files_tenant_id_space_id_external_id_key unique (tenant_id, external_id)',
    tests: ['test/isolation/same-names.test.ts'],
  },
  {
    guard: 'The external id of a space is free in every other tenant',
    statement: 'I17',
    file: 'migrations/0001_foundation.sql',
    find: "  unique (tenant_id, external_id)\n);\ncall make_tenant_table('spaces', 'id');",
    replace: "  unique (external_id)\n);\ncall make_tenant_table('spaces', 'id');",
    tests: ['test/isolation/same-names.test.ts'],
    atStart: refusedByMigration('does not begin with tenant_id'),
  },
  {
    guard: 'The bytes of each tenant lie in a folder of its own',
    statement: 'I17',
    file: blobFiles,
    find: 'return join(root, tenantId, blob.slice(-2), blob)',
    replace: "return join(root, 'all', blob.slice(-2), blob)",
    tests: blobTests,
  },
  {
    guard: 'No name from outside becomes a path',
    statement: 'I13',
    file: blobFiles,
    find: "if (!isUuid(tenantId) || !isUuid(blob)) throw new TypeError('not a blob name')",
    replace: "if (tenantId === '') throw new TypeError('not a blob name')",
    tests: blobTests,
  },
  {
    guard: 'The bytes of one tenant are listed for that tenant alone',
    statement: 'I17',
    file: blobFiles,
    find: 'list: (scope) => list(join(root, scope.tenantId))',
    replace: 'list: () => list(root)',
    tests: blobTests,
  },
  {
    guard: 'Bytes that a file has are not swept up as unclaimed',
    statement: 'I17',
    file: unclaimed,
    find: 'if (claimed.has(blob) || leaving.has(blob)) continue',
    replace: 'if (leaving.has(blob)) continue',
    tests: ['test/api/unclaimed.test.ts'],
  },
  {
    guard: 'A process that has read a document of one tenant reads none of another',
    statement: 'I20',
    file: 'src/adapters/extract/pool/start-extractor.ts',
    find: 'idle.find((process) => process.affinity === affinity)',
    replace: 'idle.find((process) => process.affinity !== undefined)',
    tests: ['src/adapters/extract/pool/start-extractor.test.ts'],
  },
  {
    guard: 'A document is read by a process of its own tenant',
    statement: 'I20',
    file: 'src/features/ingestion/ingest.ts',
    find: 'affinity: scope.tenantId',
    replace: 'affinity: scope.level',
    tests: ['src/features/ingestion/ingest.test.ts'],
  },
  {
    guard: 'A job without a tenant does not run',
    statement: 'I20',
    file: jobs,
    find: 'return isId(data?.partner_id) && isId(data?.tenant_id) &&',
    replace: 'return data !== null || isId(null) ||',
    tests: jobTests,
  },
  {
    guard: 'A job is of the tenant that its row names',
    statement: 'I20',
    file: jobs,
    find: '    tenantId: tenant_id,\n',
    replace: "    tenantId: (process.env['LAST'] ??= tenant_id),\n",
    tests: jobTests,
  },
  {
    guard: 'A job is of the one space that its row names',
    statement: 'I20',
    file: jobs,
    find: 'return data.space_id === null ? [] : [data.space_id]',
    replace: "return data.space_id === null ? [] : 'all'",
    tests: jobTests,
  },
  {
    guard: 'The jobs of a suspended tenant wait',
    statement: 'I19',
    file: jobs,
    find: 'if (!runsIn(job, status))',
    replace: 'if (status === undefined && !runsIn(job, status))',
    tests: jobTests,
  },
]
