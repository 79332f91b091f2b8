type Query = <Row>(sql: string) => Promise<Row[]>

type Column = { table: string; column: string; type: string; nullable: boolean; defaulted: boolean }

type Reference = { table: string; target: string }

const typescriptTypes: Record<string, string> = {
  uuid: 'string',
  text: 'string',
  slug: 'string',
  bool: 'boolean',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  float8: 'number',
  timestamptz: 'Date',
  bytea: 'Buffer',
  _int4: 'number[]',
  _text: 'string[]',
  _uuid: 'string[]',
}

/** The kysely types of the migrated schema, and the list of tenant tables, as the catalogue tells them. */
export async function generateTables(query: Query): Promise<string> {
  const columns = await query<Column>(`
    select c.relname as table, a.attname as column, t.typname as type, not a.attnotnull as nullable,
      a.atthasdef as defaulted
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
    join pg_type t on t.oid = a.atttypid
    where a.attnum > 0 and not a.attisdropped and c.relname <> 'schema_migrations'
    order by c.relname, a.attnum`)
  const tables = Map.groupBy(columns, (column) => column.table)
  const tenantTables = [...tables.keys()].filter((table) =>
    tables.get(table)?.some((c) => c.column === 'tenant_id' && !c.nullable),
  )
  const references = await query<Reference>(`
    select distinct conrelid::regclass::text as table, confrelid::regclass::text as target
    from pg_constraint where contype = 'f' and conrelid <> confrelid and connamespace = 'public'::regnamespace`)

  return [
    '// Generated from the migrated schema by `npm run generate`. Do not edit.',
    "import type { ColumnType, Generated } from 'kysely'\n",
    'export type Tables = {',
    ...[...tables].map(([name, all]) => `  ${name}: {\n${all.map(columnLine).join('\n')}\n  }`),
    '}\n',
    '/** Those that point at others come first: in this order their rows can be deleted. */',
    `export const tenantTables = [\n${childrenFirst(tenantTables, references)
      .map((name) => `  '${name}',`)
      .join('\n')}\n] as const\n`,
  ].join('\n')
}

/** @throws Error for tables that point at each other in a ring */
function childrenFirst(tables: readonly string[], references: readonly Reference[]): string[] {
  const sorted: string[] = []
  for (let left = tables; left.length > 0;) {
    const isPointedAt = (name: string) =>
      references.some((one) => one.target === name && left.includes(one.table))
    const free = left.filter((name) => !isPointedAt(name))
    if (free.length === 0) throw new Error(`foreign keys in a ring: ${left.join(', ')}`)
    sorted.push(...free)
    left = left.filter((name) => !free.includes(name))
  }
  return sorted
}

function columnLine({ column, type, nullable, defaulted }: Column): string {
  const base = type === 'jsonb' ? jsonType(nullable) : `${known(type)}${nullable ? ' | null' : ''}`
  const optional = defaulted || nullable
  return `    ${column}: ${optional && type !== 'jsonb' ? `Generated<${base}>` : base}`
}

/** JSON goes in as text and comes out parsed. */
function jsonType(nullable: boolean): string {
  const or = nullable ? ' | null' : ''
  return `ColumnType<Record<string, unknown>${or}, string${or}, string${or}>`
}

function known(type: string): string {
  const found = typescriptTypes[type]
  if (!found)
    throw new Error(`no TypeScript type for the column type ${type}: add it to scripts/generate/tables.ts`)
  return found
}
