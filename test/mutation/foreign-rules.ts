import type { Mutation } from './mutation.ts'
import { refusedByExamination } from './start-checks.ts'

const file = 'migrations/0001_foundation.sql'
const tests = ['test/isolation/lint-by-others.test.ts']

/** What the rules of others notice; their program asks a server. */
export const foreignRules: Mutation[] = [
  {
    guard: 'The rules of others notice a table without row security',
    statement: 'I07',
    file,
    find: "  execute format('alter table %s enable row level security', target);\n",
    replace: '',
    tests,
    on: 'server',
    atStart: refusedByExamination('table chunks has row security disabled'),
  },
  {
    guard: 'The rules of others notice a view that shows what its owner may see',
    statement: 'I07',
    file,
    find: '-- Records above the tenants.',
    replace:
      'create view all_files as select * from files;\ngrant select on all_files to bulkhead_tenant;\n-- Records above the tenants.',
    tests,
    on: 'server',
    atStart: refusedByExamination('view all_files has no security_invoker'),
  },
]
