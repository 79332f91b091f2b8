import type { Mutation } from './mutation.ts'

const cursor = 'src/features/search/paging/cursor.ts'
const pages = ['test/api/search-pages.test.ts']

/** What a search can be asked for beside its words. */
export const searchShapes: Mutation[] = [
  {
    guard: 'A cursor goes on with the question it comes from, and no other',
    statement: 'I13',
    file: cursor,
    find: 'if (asked !== question) throw cursorInvalid()',
    replace: '',
    tests: pages,
  },
  {
    guard: 'A cursor belongs to the tenant it was given to',
    statement: 'I13',
    file: cursor,
    find: 'JSON.stringify([tenantId, readable,',
    replace: 'JSON.stringify([tenantId.length, readable,',
    tests: pages,
  },
  {
    guard: 'A cursor belongs to the spaces of the key it was given to',
    statement: 'I13',
    file: cursor,
    find: "spaces === 'all' ? spaces : [...spaces].sort()",
    replace: "spaces === 'all' ? spaces : 'all'",
    tests: pages,
  },
  {
    guard: 'A foreign chunk’s id is answered like nobody’s',
    statement: 'I11',
    file: 'src/features/files/queries.ts',
    find: 'if (!row) throw chunkNotFound()\n  return row',
    replace: 'if (!row) throw chunkNotFound(id ? undefined : `${text} is no id.`)\n  return row',
    tests: ['test/isolation/foreign-ids.test.ts'],
  },
  {
    guard: 'A chunk is found by its id only while its version is searched',
    statement: 'I19',
    file: 'src/features/files/queries.ts',
    find: "\n          .onRef('files.live_version_id', '=', 'chunks.version_id'),",
    replace: ',',
    tests: ['src/features/search/like/like.test.ts'],
  },
  {
    guard: 'A file of another space passes no filter',
    statement: 'I13',
    file: 'src/features/search/filter/match-files.ts',
    find: 'named.has(slug) ||',
    replace: 'named.size > 0 ||',
    tests: ['src/features/search/filter/match-files.test.ts'],
  },
  {
    guard: 'Facets count the matches of this search alone',
    statement: 'I15',
    file: 'src/features/search/facets/count-facets.ts',
    find: "join.on('files.id', '=', sql.ref('counts.file_id'))",
    replace: "join.on('files.id', 'is not', null)",
    tests: ['test/api/search-shapes.test.ts'],
  },
  {
    guard: 'A reranker is sent texts of the spaces that chose it',
    statement: 'I13',
    file: 'src/features/search/rerank/rerank.ts',
    find: '(place) => chosen.get(chunks[place]!.space_id)',
    replace: '() => [...chosen.values()][0]',
    tests: ['test/api/rerankers.test.ts'],
  },
  {
    guard: 'A reranker that is not configured any more is not stood in for by another',
    statement: 'I13',
    file: 'src/features/search/rerank/choose-rerankers.ts',
    find: 'rerankers.named(name))',
    replace: 'rerankers.named(name) ?? rerankers.all[0])',
    tests: ['test/api/rerankers.test.ts'],
  },
  {
    guard: 'The words of a search are kept only where the tenant says so',
    statement: 'I21',
    file: 'src/features/search/insight/record-searches.ts',
    find: 'query === undefined || !isKept',
    replace: 'query === undefined',
    tests: ['test/api/search-insight.test.ts'],
  },
  {
    guard: 'Equal words of two tenants have different fingerprints',
    statement: 'I15',
    file: 'src/platform/vault/seal.ts',
    find: "hkdfSync('sha256', secret, '', `fingerprint of ${place}`, 32)",
    replace: "hkdfSync('sha256', '', '', 'fingerprint', 32)",
    tests: ['test/api/search-insight.test.ts'],
  },
]
