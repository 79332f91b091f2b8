import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type Compilable,
} from 'kysely'
import { expect, test } from 'vitest'
import type { Tables } from './tables.generated.ts'
import { tenantPredicate } from './tenant-predicate.ts'

const tenantId = '01890a5d-ac96-774b-bcce-b302099a8057'
const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (kysely) => new PostgresIntrospector(kysely),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  plugins: [tenantPredicate(tenantId)],
})

/** The statement with the tenant's id written as T, other parameters as they are. */
function textOf(query: Compilable): string {
  const { sql: text, parameters } = query.compile()
  return text
    .replaceAll('"', '')
    .replaceAll(/\$(\d+)/g, (_, n: string) =>
      parameters[Number(n) - 1] === tenantId ? 'T' : JSON.stringify(parameters[Number(n) - 1]),
    )
}

test('a selection is of the tenant’s rows', () => {
  expect(textOf(db.selectFrom('files').select('name'))).toBe(
    'select name from files where files.tenant_id = T',
  )
})

test('a condition with “or” stays in its brackets', () => {
  const query = db
    .selectFrom('files')
    .select('name')
    .where((eb) => eb.or([eb('name', '=', 'a'), eb('name', '=', 'b')]))
  expect(textOf(query)).toBe(
    'select name from files where ((name = "a" or name = "b")) and files.tenant_id = T',
  )
})

test('every joined table is narrowed too, under its own name', () => {
  const query = db
    .selectFrom('files as f')
    .innerJoin('versions', 'versions.id', 'f.live_version_id')
    .leftJoin('chunks as c', 'c.version_id', 'versions.id')
    .select('f.name')
  expect(textOf(query)).toBe(
    'select f.name from files as f inner join versions on versions.id = f.live_version_id and versions.tenant_id = T' +
      ' left join chunks as c on c.version_id = versions.id and c.tenant_id = T where f.tenant_id = T',
  )
})

test.each([
  ['several tables', 2, db.selectFrom(['files', 'spaces']).select('files.name')],
  [
    'a sub-selection in “from”',
    1,
    db.selectFrom((eb) => eb.selectFrom('files').select('name').as('f')).selectAll(),
  ],
  [
    'a common table',
    1,
    db
      .with('f', (q) => q.selectFrom('files').select('name'))
      .selectFrom('f')
      .selectAll(),
  ],
  [
    'a sub-selection in “where”',
    2,
    db
      .selectFrom('files')
      .select('name')
      .where((eb) => eb('space_id', 'in', eb.selectFrom('spaces').select('id'))),
  ],
  [
    'a sub-selection in “select”',
    2,
    db.selectFrom('files').select((eb) => eb.exists(eb.selectFrom('chunks').select('id')).as('x')),
  ],
  [
    'a union',
    2,
    db
      .selectFrom('files')
      .select('name')
      .union((eb) => eb.selectFrom('spaces').select('name')),
  ],
  [
    'an insertion of what was selected',
    1,
    db
      .insertInto('spaces')
      .columns(['name'])
      .expression((eb) => eb.selectFrom('files').select('name')),
  ],
])('%s: each of the %d tenant tables is narrowed', (_what, tables, query: Compilable) => {
  expect(textOf(query).match(/tenant_id = T/g)).toHaveLength(tables)
})

test('a change and a deletion are of the tenant’s rows', () => {
  expect(textOf(db.updateTable('files').set({ name: 'x' }))).toBe(
    'update files set name = "x" where files.tenant_id = T',
  )
  expect(textOf(db.updateTable('files').from('spaces').set({ name: 'x' }))).toContain(
    'where files.tenant_id = T and spaces.tenant_id = T',
  )
  expect(textOf(db.deleteFrom('files').where('id', '=', 'i'))).toBe(
    'delete from files where (id = "i") and files.tenant_id = T',
  )
  expect(textOf(db.deleteFrom('files').using('spaces').where('files.id', '=', 'i'))).toContain(
    'files.tenant_id = T and spaces.tenant_id = T',
  )
})

test('keys are narrowed by tenant, tenants by their id, partners not at all', () => {
  expect(textOf(db.selectFrom('keys').select('id'))).toContain('where keys.tenant_id = T')
  expect(textOf(db.selectFrom('tenants').select('slug'))).toContain('where tenants.id = T')
  expect(textOf(db.selectFrom('partners').select('slug'))).toBe('select slug from partners')
})

test.each([
  sql`select 1 from files`,
  sql`select 1 from partners join chunks c on true`,
  sql`update versions set title = ''`,
  sql`insert into spaces values (1)`,
  sql`DELETE FROM Index_Blocks`,
])('raw SQL on a tenant table has to name tenant_id (%#)', (statement) => {
  expect(() => statement.compile(db)).toThrow('must name tenant_id')
})

test.each([
  sql`select 1 from files where tenant_id = ${tenantId}`,
  sql`select 1 from partners`,
  sql`select name from files_of_old where id = 1`,
])('raw SQL that does, or that touches none, passes (%#)', (statement) => {
  expect(() => statement.compile(db)).not.toThrow()
})
