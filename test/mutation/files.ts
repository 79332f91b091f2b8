import type { Mutation } from './mutation.ts'

const folders = ['test/api/folders.test.ts']
const inSql = ['test/isolation/folders.test.ts']

/** What keeps folders, files and what is made of them in one space, and the trash shut. */
export const files: Mutation[] = [
  {
    guard: 'What lay in a folder that is gone is shown to no user who may have been kept out of it',
    statement: 'I32',
    file: 'src/features/files/queries.ts',
    find: "if (scope.user === undefined || scope.spaces === 'all') return",
    replace: 'if (scope.user === undefined || scope.spaces !== undefined) return',
    tests: ['test/api/rights-in-trash.test.ts'],
  },
  {
    guard: 'What shows a secret is kept under no name',
    statement: 'I19',
    file: 'src/http/answer-once.ts',
    find: '  if (isSecret) throw',
    replace: '  if (!usual && isSecret) throw',
    tests: ['test/api/idempotency.test.ts'],
  },
  {
    guard: 'A file lies in folders of its own space, whatever statement is written',
    statement: 'I13',
    file: 'migrations/0002_folders.sql',
    find: 'add foreign key (tenant_id, space_id, folder_id) references folders (tenant_id, space_id, id);',
    replace: 'add foreign key (tenant_id, folder_id) references folders (tenant_id, id);',
    tests: inSql,
  },
  {
    guard: 'A folder lies one deeper than its parent, so that there are no rings',
    statement: 'I13',
    file: 'migrations/0002_folders.sql',
    find: '  check (depth = coalesce(parent_depth, 0) + 1),\n',
    replace: '',
    tests: inSql,
  },
  {
    guard: 'Chunks lie in the space of their version, whoever writes them',
    statement: 'I13',
    file: 'migrations/0003_files.sql',
    find: '  add foreign key (tenant_id, space_id, version_id)\n    references versions (tenant_id, space_id, id) on',
    replace: '  add foreign key (tenant_id, version_id)\n    references versions (tenant_id, id) on',
    tests: inSql,
  },
  {
    guard: 'A folder of another space is none',
    statement: 'I11',
    file: 'src/features/files/folders/queries.ts',
    find: '  if (folder.space_id !== spaceId) throw folderNotFound()\n',
    replace: '',
    tests: folders,
  },
  {
    guard: 'A file that moves leaves the index of its former space in the same transaction',
    statement: 'I19',
    file: 'src/features/search/move-file.ts',
    find: '  await removeBlocks(tx, file.from, [file.id], seqIn(file.from), sql<Date>`now()`)\n',
    replace: '',
    tests: folders,
  },
  {
    guard: 'Who searches within folders sees what lies in these alone',
    statement: 'I13',
    file: 'src/features/search/filter/match-files.ts',
    find: 'isInFolders(tx, folders ?? [])',
    replace: 'sql<SqlBool>`true`',
    tests: folders,
  },
  {
    guard: 'What lies in the trash is nobody’s until it is asked for there',
    statement: 'I19',
    file: 'src/features/files/queries.ts',
    find: "    .where('files.trashed_at', which === 'there' ? 'is' : 'is not', null)\n",
    replace: '',
    tests: ['test/api/trash.test.ts'],
  },
  {
    guard: 'What is remembered of a request answers the same request alone',
    statement: 'I18',
    file: 'src/http/answer-once.ts',
    find: '  if (!(await fingerprint.read()).equals(requestHash)) throw sameNameOtherRequest()\n',
    replace: '',
    tests: ['test/api/idempotency.test.ts'],
  },
  {
    guard: 'What is remembered of a request is the credential’s that sent it',
    statement: 'I18',
    file: 'src/features/access/remember-answers.ts',
    find: '      subject_id: subject.id,\n',
    replace: '      subject_id: tenantId,\n',
    tests: ['test/api/idempotency.test.ts'],
    alone: [
      {
        file: 'src/features/access/remember-answers.ts',
        find: "    .where('subject_id', '=', tx.scope.subject.id)\n",
        replace: '',
      },
    ],
  },
  {
    guard: 'A file leaves the index in the transaction that puts it into the trash',
    statement: 'I19',
    file: 'src/features/files/remove.ts',
    find: '  await index.withdraw(tx, spaceId, fileIds)\n  const isOfFiles',
    replace: '  const isOfFiles',
    tests: ['test/api/trash.test.ts'],
  },
]
