import { type RawBuilder, sql, type SqlBool } from 'kysely'
import { isInFolders } from '#features/files/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { inputInvalid } from '#platform/errors.ts'
import { formatId, parseId } from '#platform/ids.ts'
import type { Filter } from './schema.ts'

type Space = { id: string; slug: string }

/**
 * Ids of the files in these spaces, and in one of these folders where any are given, that a filter lets through.
 * @throws input.invalid for a filter that is too large
 */
export async function readMatchingFiles(
  tx: TenantTx,
  spaces: readonly Space[],
  filter: Filter,
  folders?: readonly string[],
): Promise<string[]> {
  if (countConditions(filter) > maxConditions) throw filterTooLarge()
  const rows = await tx.kysely
    .selectFrom('files')
    .select('id')
    .where(
      oneOf(
        sql.ref('files.space_id'),
        'uuid',
        spaces.map(({ id }) => id),
      ),
    )
    .where('trashed_at', 'is', null)
    .where(meets(tx, filter, spaces))
    .$if(folders !== undefined, (inside) => inside.where(isInFolders(tx, folders ?? [])))
    .execute()
  return rows.map((row) => row.id)
}

/** Everybody's statements are planned by the same processors. */
const maxConditions = 100

function countConditions({ not, any = [], metadata = {}, ...own }: Filter): number {
  const inner = [...any, ...(not ? [not] : [])].reduce((sum, part) => sum + countConditions(part), 0)
  return Object.keys(own).length + Object.keys(metadata).length + inner
}

function filterTooLarge() {
  const message = `must not hold more than ${maxConditions} conditions`
  return inputInvalid(`filter: ${message}`, { errors: [{ path: 'filter', message }] })
}

type Condition = RawBuilder<SqlBool>

/** True or false, never null: `not` would make null of it again. */
function meets(tx: TenantTx, filter: Filter, spaces: readonly Space[]): Condition {
  const { type, origin, created_after: after, created_before: before, files, not, any } = filter
  const parts: Condition[] = []
  if (type !== undefined) parts.push(hasType([type].flat()))
  if (origin) parts.push(oneOf(sql.ref('files.origin'), 'text', origin))
  if (after !== undefined) parts.push(sql`files.created_at >= ${new Date(after)}`)
  if (before !== undefined) parts.push(sql`files.created_at < ${new Date(before)}`)
  if (files)
    parts.push(
      oneOf(
        sql.ref('files.id'),
        'uuid',
        files.flatMap((id) => parseId('fil', id) ?? []),
      ),
    )
  if (filter.folders) parts.push(isInFolders(tx, filter.folders))
  if (filter.spaces) parts.push(oneOf(sql.ref('files.space_id'), 'uuid', idsOf(filter.spaces, spaces)))
  for (const [key, condition] of Object.entries(filter.metadata ?? {})) {
    parts.push(sql`coalesce(${hasMetadata(sql`(files.metadata -> ${key})`, condition)}, false)`)
  }
  if (not) parts.push(sql`not ${meets(tx, not, spaces)}`)
  if (any)
    parts.push(
      join(
        any.map((part) => meets(tx, part, spaces)),
        sql` or `,
      ),
    )
  return parts.length === 0 ? sql`true` : join(parts, sql` and `)
}

function join(parts: Condition[], operator: RawBuilder<unknown>): Condition {
  return sql`(${sql.join(parts, operator)})`
}

function oneOf(column: RawBuilder<unknown>, type: 'uuid' | 'text', values: readonly string[]): Condition {
  return sql`${column} = any(${values}::${sql.raw(type)}[])`
}

/** A foreign space is none of those asked for, and so nobody's. */
function idsOf(references: readonly string[], spaces: readonly Space[]): string[] {
  const named = new Set(references)
  return spaces
    .filter(({ id, slug }) => named.has(slug) || named.has(formatId('spc', id)))
    .map(({ id }) => id)
}

function hasType(types: readonly string[]): Condition {
  const group = (type: string) => /^[^/*]+\/(?=\*$)/.exec(type)?.[0]
  const column = sql.ref('files.media_type')
  const exact = oneOf(
    column,
    'text',
    types.filter((type) => group(type) === undefined),
  )
  const groups = types.flatMap((type) => group(type) ?? [])
  return join([exact, ...groups.map((begin): Condition => sql`starts_with(${column}, ${begin})`)], sql` or `)
}

type MetadataFilter = NonNullable<Filter['metadata']>[string]

const operators = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

/** `@>` holds for an equal value and for a list that has it. Bounds compare only with values of their own type. */
function hasMetadata(value: RawBuilder<unknown>, condition: MetadataFilter): Condition {
  const json = (operand: unknown) => sql`${JSON.stringify(operand)}::jsonb`
  if (typeof condition !== 'object') return sql`${value} @> ${json(condition)}`
  const parts: Condition[] = []
  if (condition.exists !== undefined) parts.push(sql`(${value} is not null) = ${condition.exists}`)
  if (condition.in)
    parts.push(
      join(
        condition.in.map((one) => sql`${value} @> ${json(one)}`),
        sql` or `,
      ),
    )
  for (const [bound, operator] of Object.entries(operators)) {
    const operand = condition[bound as keyof typeof operators]
    if (operand === undefined) continue
    const isComparable = sql`jsonb_typeof(${value}) = ${typeof operand}`
    parts.push(sql`(${isComparable} and ${value} ${sql.raw(operator)} ${json(operand)})`)
  }
  return join(parts, sql` and `)
}
