type Query = <Row>(sql: string) => Promise<Row[]>

type Column = { table: string; column: string; type: string; nullable: boolean; defaulted: boolean }

const typescriptTypes: Record<string, string> = {
  uuid: 'string',
  text: 'string',
  slug: 'string',
  bool: 'boolean',
  int2: 'number',
  int4: 'number',
  int8: 'number',
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
  const tenantTables = [...tables].filter(([, all]) =>
    all.some((c) => c.column === 'tenant_id' && !c.nullable),
  )

  return [
    '// Generated from the migrated schema by `npm run generate`. Do not edit.',
    "import type { ColumnType, Generated } from 'kysely'\n",
    'export type Tables = {',
    ...[...tables].map(([name, all]) => `  ${name}: {\n${all.map(columnLine).join('\n')}\n  }`),
    '}\n',
    `export const tenantTables = [\n${tenantTables.map(([name]) => `  '${name}',`).join('\n')}\n] as const\n`,
  ].join('\n')
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
