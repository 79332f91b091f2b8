import { readDomains, readFunctions, readGrants, readTables, refuseUnknownObjects } from './catalogue.ts'
import type { Query, TableRow } from './catalogue.ts'

/**
 * The schema `public` as SQL to read and review, from the catalogue: what the migrations add up to. The same text from
 * every PostgreSQL version that is supported, so that a server can be compared with it. The job queue's own schema is
 * left out.
 */
export async function generateSchema(query: Query): Promise<string> {
  await refuseUnknownObjects(query)
  const tables = await readTables(query)
  const grants = await readGrants(query)
  const domains = await readDomains(query)
  const functions = await readFunctions(query)
  const blocks = [
    '-- Generated from the migrated schema by `npm run generate`. Do not edit: write a migration.',
    ...domains.map(({ name, type, checks }) =>
      [`create domain ${name} as ${type}`, ...checks.map((check) => `  ${check}`)].join('\n').concat(';'),
    ),
    ...functions.map(({ definition, signature, kind, grantees }) => {
      const rights =
        grantees.length > 0
          ? `grant execute on ${kind} ${signature} to ${grantees.join(', ')};`
          : `revoke all on ${kind} ${signature} from public;`
      return `${definition.trimEnd()};\n${rights}`
    }),
    ...tables.map((table) => [...tableLines(table), ...(grants.get(table.name) ?? [])].join('\n')),
  ]
  return `${blocks.join('\n\n')}\n`
}

function tableLines(table: TableRow): string[] {
  const { name } = table
  const body = [...table.columns.map(columnLine), ...table.constraints.map((c) => `constraint ${c}`)]
  return [
    `create table ${name} (`,
    body.map((line) => `  ${line}`).join(',\n'),
    ');',
    ...table.columns
      .filter((column) => column.storage !== null)
      .map((column) => `alter table ${name} alter column ${column.name} set storage ${column.storage};`),
    ...table.indexes.map((index) => `${index};`),
    ...table.triggers.map((trigger) => `${trigger};`),
    `alter table ${name} ${table.secured ? 'enable' : 'disable'} row level security;`,
    `alter table ${name} ${table.forced ? 'force' : 'no force'} row level security;`,
    ...table.policies.map((policy) => `create policy ${policy};`),
  ]
}

function columnLine({ name, type, value, generated, required }: TableRow['columns'][number]): string {
  const filled = generated ? `generated always as (${value}) stored` : `default ${value}`
  return [name, type, ...(required ? ['not null'] : []), ...(value === null ? [] : [filled])].join(' ')
}
