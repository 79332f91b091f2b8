import type { Mutation } from './mutation.ts'
import { refusedByExamination } from './start-checks.ts'

const readKeyRights = 'src/features/access/rights/read-key-rights.ts'
const keys = 'src/features/access/keys.ts'
const parts = ['test/isolation/parts.test.ts']
const people = ['test/api/people.test.ts']
const kinds = ['test/api/key-kinds.test.ts']

/** What users, their roles and their grants let keys do. */
export const rights: Mutation[] = [
  {
    guard: 'Who is held to parts of spaces acts as a role that is held to them',
    statement: 'I32',
    file: 'src/platform/db/acting.ts',
    find: '  if (!part) return',
    replace: '  if (part !== null) return',
    tests: ['test/api/rights.test.ts'],
  },
  {
    guard: 'The database shows who is held to parts of spaces those parts alone',
    statement: 'I32',
    file: 'migrations/0005_rights.sql',
    find: "for select to bulkhead_part using (%s)', target, sees);",
    replace: "for select to bulkhead_part using (%s)', target, space_predicate('space_id'));",
    tests: ['test/api/rights.test.ts'],
    atStart: refusedByExamination('policy part_select on chunks shows rows where'),
  },
  {
    guard: 'The index in memory is loaded whole, whoever asks first',
    statement: 'I32',
    file: 'src/features/search/cache/bring-up.ts',
    find: 'catchUp((statements) => read((tx) => tx.inWholeSpaces(statements)), space, kindOf)',
    replace: 'catchUp(read, space, kindOf)',
    tests: parts,
  },
  {
    guard: 'A search counts and weighs what its caller may read and nothing else',
    statement: 'I32',
    file: 'src/features/search/retrieve.ts',
    find: 'isCorrected, readable, bm25',
    replace: 'isCorrected, readable: undefined, bm25',
    tests: parts,
  },
  {
    guard: 'Suggestions are words of what their caller may read',
    statement: 'I32',
    file: 'src/features/search/suggest.ts',
    find: 'completeWord(typed, asked, readable, limit)',
    replace: 'completeWord(typed, asked, undefined, limit)',
    tests: parts,
  },
  {
    guard: 'What is like a file is told by the words of what the caller may read',
    statement: 'I32',
    file: 'src/features/search/like/read-likeness.ts',
    find: 'chooseTerms(source, maxWords * 2), readable)',
    replace: 'chooseTerms(source, maxWords * 2), undefined)',
    tests: parts,
  },
  {
    guard: 'A deny of a file outweighs an allow of its space',
    statement: 'I32',
    file: 'src/features/access/rights/decide.ts',
    find: "about.find(({ effect }) => effect === 'deny') ?? about[0]",
    replace: 'about[0]',
    tests: ['src/features/access/rights/reach.test.ts'],
  },
  {
    guard: 'A restricted space lets nobody in without a grant',
    statement: 'I32',
    file: 'src/features/access/rights/decide.ts',
    find: '    isOpen &&\n',
    replace: '    !!roles &&\n',
    tests: ['test/api/rights.test.ts'],
  },
  {
    guard: 'A key that acts for a user holds what both hold',
    statement: 'I13',
    file: readKeyRights,
    find: '[...permissions].filter((permission) => ofRoles.has(permission))',
    replace: '[...permissions].filter((permission) => ofRoles.size >= 0 && permission)',
    tests: people,
  },
  {
    guard: 'Who acts for a user makes no key that acts for nobody',
    statement: 'I13',
    file: keys,
    find: 'const own = tx.scope.user?.id ?? null',
    replace: 'const own: string | null = null',
    tests: people,
  },
  {
    guard: 'A deactivated user is nobody',
    statement: 'I19',
    file: readKeyRights,
    find: '    if (!rights.user.isActive) throw deactivatedUser()\n',
    replace: '',
    tests: people,
  },
  {
    guard: 'Nobody gives a permission that they do not hold',
    statement: 'I13',
    file: 'src/features/access/roles/give.ts',
    find: 'permissions.filter((permission) => !tx.scope.permissions.has(permission))',
    replace: 'permissions.filter((permission) => !permission)',
    tests: people,
  },
  {
    guard: 'Only owners change owners',
    statement: 'I13',
    file: 'src/features/access/users/guard-owners.ts',
    find: '  if (await isOwner(tx, userId)) throw ownersOnly()\n',
    replace: '',
    tests: people,
  },
  {
    guard: 'An invitation works once',
    statement: 'I19',
    file: 'src/features/access/invitations/queries.ts',
    find: "    .where('accepted_at', 'is', null)\n    .where('revoked_at', 'is', null)\n    .where('expires_at'",
    replace: "    .where('expires_at'",
    tests: people,
  },
  {
    guard: 'A test key acts in spaces for tests alone',
    statement: 'I13',
    file: readKeyRights,
    find: "key.mode === 'test' ? await readTestSpaces(tenantTx) : undefined",
    replace: 'undefined',
    tests: kinds,
  },
  {
    guard: 'A key that is held to addresses is refused from elsewhere',
    statement: 'I13',
    file: 'src/features/access/authenticate.ts',
    find: '  if (!isAllowedAddress(credential.address, key.allowed_addresses)) throw addressRefused()\n',
    replace: '',
    tests: kinds,
  },
]
