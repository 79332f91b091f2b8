import type { Mutation } from './mutation.ts'

const file = 'src/platform/db/tenant-predicate.ts'
const tests = ['src/platform/db/tenant-predicate.test.ts']

/** What the scoped transaction adds to statements, looked at without a database. */
export const predicate: Mutation[] = [
  {
    guard: 'A selection names the tenant',
    statement: 'I11',
    file,
    find: 'return this.withWhere(select, select.from?.froms ?? [])',
    replace: 'return select',
    tests,
  },
  {
    guard: 'A selection names the tenant for each of its tables',
    statement: 'I11',
    file,
    find: 'select.from?.froms ?? []',
    replace: 'select.from?.froms.slice(0, 1) ?? []',
    tests,
  },
  {
    guard: 'A change names the tenant',
    statement: 'I11',
    file,
    find: '...(update.table ? [update.table] : [])',
    replace: '',
    tests,
  },
  {
    guard: 'A change names the tenant for the tables it reads from',
    statement: 'I11',
    file,
    find: ', ...(update.from?.froms ?? [])',
    replace: '',
    tests,
  },
  {
    guard: 'A deletion names the tenant',
    statement: 'I11',
    file,
    find: '[...remove.from.froms,',
    replace: '[',
    tests,
  },
  {
    guard: 'A deletion names the tenant for the tables it reads from',
    statement: 'I11',
    file,
    find: ', ...(remove.using?.tables ?? [])',
    replace: '',
    tests,
  },
  {
    guard: 'A joined table is narrowed to the tenant',
    statement: 'I11',
    file,
    find: 'if (!predicate) return join\n',
    replace: 'if (predicate) return join\n',
    tests,
  },
  {
    guard: 'A joined table is narrowed under its own name',
    statement: 'I11',
    file,
    find: 'TableNode.create(alias ?? name)',
    replace: 'TableNode.create(name)',
    tests,
  },
  {
    guard: 'A condition with “or” cannot step past the tenant',
    statement: 'I13',
    file,
    find: '[ParensNode.create(node.where.where)]',
    replace: '[node.where.where]',
    tests,
  },
  {
    guard: 'Raw SQL on a tenant table has to name the tenant',
    statement: 'I11',
    file,
    find: 'if (table && !/\\btenant_id\\b/.test(text))',
    replace: 'if (table && text === "")',
    tests,
  },
  {
    guard: 'Raw SQL that joins a tenant table has to name the tenant',
    statement: 'I11',
    file,
    find: '(from|join|update|into)',
    replace: '(from|update|into)',
    tests,
  },
  {
    guard: 'Keys and tenants are narrowed too',
    statement: 'I11',
    file,
    find: "  ['keys', 'tenant_id'],\n  ['tenants', 'id'],\n",
    replace: '',
    tests,
  },
]
