import { type RawBuilder, sql } from 'kysely'
import type { Static } from 'typebox'
import type { TenantTx } from '#platform/db/index.ts'
import { formatId, type IdPrefix } from '#platform/ids.ts'
import type { Facets } from './schema.ts'

export type FacetRequest = {
  /** `type`, `origin`, `space`, `folder`, `created_month` or `metadata.<key>`. */
  names: readonly string[]
  /** Values of each to show. */
  limit: number
}

export type CountedFacets = {
  facets: Static<typeof Facets>
  /** How many of the files are there for this caller. */
  found: number
}

type Row = { facet: string; value: string | number | boolean; count: number; all: number }

/**
 * Counts matches by facts of their files. The files are read under row security, in the asker's transaction.
 * @param files per file its matches
 */
export async function countFacets(
  tx: TenantTx,
  files: ReadonlyMap<string, number>,
  { names, limit }: FacetRequest,
): Promise<CountedFacets> {
  const counts = sql`unnest(${[...files.keys()]}::uuid[], ${[...files.values()]}::int[])`
  const matched = tx.kysely
    .selectFrom(counts.as<'counts'>(sql`counts(file_id, matches)`))
    .innerJoin('files', (join) => join.on('files.id', '=', sql.ref('counts.file_id')))
    .select([
      'media_type',
      'origin',
      'space_id',
      'folder_id',
      'created_at',
      'metadata',
      sql`matches`.as('matches'),
    ])
  const groups = [fileCount, ...names.map(countsOf)]
  const { rows } = await sql<Row>`
    with matched as materialized (${matched}),
    grouped as (${sql.join(groups, sql` union all `)}),
    placed as (
      select *, sum(count) over (partition by facet) as all_counts,
        row_number() over (partition by facet order by count desc, value::text collate "C") as place
      from grouped
    )
    select facet, value, count::int, all_counts::int as all from placed where place <= ${limit} order by facet, place
  `.execute(tx.kysely)
  const found = rows.find(({ facet }) => facet === '')?.count ?? 0
  return { facets: Object.fromEntries(names.map((name) => [name, facetOf(name, rows)])), found }
}

function facetOf(name: string, rows: readonly Row[]): CountedFacets['facets'][string] {
  const own = rows.filter(({ facet }) => facet === name)
  const shown = own.reduce((sum, { count }) => sum + count, 0)
  const values = own.map(({ value, count }) => ({
    value: idPrefixes[name] && typeof value === 'string' ? formatId(idPrefixes[name], value) : value,
    count,
  }))
  return { values, other: (own[0]?.all ?? 0) - shown }
}

const idPrefixes: Record<string, IdPrefix> = { space: 'spc', folder: 'fld' }

type Group = RawBuilder<unknown>

/** Under no name, how many files there are. */
const fileCount: Group = sql`select '' as facet, '0'::jsonb as value, count(*) as count from matched`

const values = {
  type: sql`media_type`,
  origin: sql`origin`,
  space: sql`space_id`,
  created_month: sql`to_char(created_at at time zone 'UTC', 'YYYY-MM')`,
} as const

/** Rows of facet, value and count. */
function countsOf(name: string): Group {
  if (name === 'folder')
    return sql`select ${name}, to_jsonb(folder_id), sum(matches) from matched where folder_id is not null group by folder_id`
  if (!Object.hasOwn(values, name)) return metadataCounts(name, name.slice('metadata.'.length))
  const value = values[name as keyof typeof values]
  return sql`select ${name}, to_jsonb(${value}), sum(matches) from matched group by ${value}`
}

/** A value that a list holds twice counts once. */
function metadataCounts(name: string, key: string): Group {
  const value = sql`metadata -> ${key}`
  return sql`
    select ${name}, one.value, sum(matches) from matched, lateral (
      select distinct jsonb_array_elements(
        case jsonb_typeof(${value}) when 'array' then ${value} else jsonb_build_array(${value}) end
      ) as value where metadata ? ${key}
    ) one group by one.value`
}
