import { type RawBuilder, sql } from 'kysely'
import type { AdminTx, TenantTx } from '#platform/db/index.ts'
import { chainOf, type Details } from '#platform/events/index.ts'
import { tablesOf } from './tables.ts'

/** An event that has its number. */
export type EventRow = {
  id: string
  type: string
  space_id: string | null
  folder_id: string | null
  file_id: string | null
  subject_type: string
  subject_id: string
  actor_type: string
  actor_id: string
  user_id: string | null
  request_id: string
  outcome: string
  details: Details
  created_at: Date
  number: number
  hash: Buffer
}

export type EventFilter = {
  after?: number | undefined
  types?: readonly string[] | undefined
  /** Types of which none is asked for. */
  except?: readonly string[] | undefined
  numbers?: readonly number[] | undefined
  upTo?: number | undefined
  spaceIds?: readonly string[] | undefined
  spaceId?: string | undefined
  folderId?: string | undefined
  fileId?: string | undefined
  userId?: string | undefined
  actor?: string | undefined
  outcome?: string | undefined
  createdAfter?: string | undefined
  createdBefore?: string | undefined
  words?: string | undefined
  /** Whether words are looked for in names of who acted too. */
  namesActors?: boolean
  requestId?: string | undefined
}

export type EventPage = {
  limit: number
  /** Only events beyond this number, in the order that is asked for. */
  beyond: number | undefined
  order: 'newest' | 'oldest'
}

type AnyTx = TenantTx | AdminTx

/** Those the caller may see, and no more than `limit`. */
export async function listEvents(
  tx: AnyTx,
  chain: string,
  filter: EventFilter,
  { limit, beyond, order }: EventPage,
): Promise<EventRow[]> {
  const isNewest = order === 'newest'
  const from = beyond === undefined ? [] : [isNewest ? sql`number < ${beyond}` : sql`number > ${beyond}`]
  const conditions = [sql`number is not null`, ...from, ...conditionsOf(filter)]
  const { events, owner } = tablesOf(chainOf(tx.scope))
  const { rows } = await sql<EventRow>`select * from ${events} where ${owner} = ${chain}
    and ${sql.join(conditions, sql` and `)} order by number ${isNewest ? sql`desc` : sql`asc`} limit ${limit}`.execute(
    tx.kysely,
  )
  return rows
}

/** The first number of an event that was recorded then or later; undefined where there is none, of those the caller may see. */
export async function readFirstSince(tx: TenantTx, at: Date): Promise<number | undefined> {
  const { rows } = await sql<{ number: number }>`select number from events
    where tenant_id = ${tx.scope.tenantId} and number is not null and created_at >= ${at}
    order by number limit 1`.execute(tx.kysely)
  return rows[0]?.number
}

export async function countMatching(tx: TenantTx, filter: EventFilter): Promise<number> {
  const conditions = [sql`number is not null`, ...conditionsOf(filter)]
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from events
    where tenant_id = ${tx.scope.tenantId} and ${sql.join(conditions, sql` and `)}`.execute(tx.kysely)
  return rows[0]?.count ?? 0
}

function conditionsOf(filter: EventFilter): RawBuilder<unknown>[] {
  const { types, spaceId, folderId, fileId, userId, actor, outcome, createdAfter, createdBefore } = filter
  const found: RawBuilder<unknown>[] = []
  if (filter.after !== undefined) found.push(sql`number > ${filter.after}`)
  if (types && types.length > 0) found.push(sql`type like any(${types.map(patternOf)}::text[])`)
  if (filter.except) found.push(sql`type <> all(${[...filter.except]}::text[])`)
  if (filter.numbers) found.push(sql`number = any(${[...filter.numbers]}::bigint[])`)
  if (filter.upTo !== undefined) found.push(sql`number <= ${filter.upTo}`)
  if (filter.spaceIds) found.push(sql`space_id = any(${[...filter.spaceIds]}::uuid[])`)
  if (spaceId !== undefined) found.push(sql`space_id = ${spaceId}::uuid`)
  if (folderId !== undefined) found.push(sql`folder_id = ${folderId}::uuid`)
  if (fileId !== undefined) found.push(sql`file_id = ${fileId}::uuid`)
  if (userId !== undefined) found.push(sql`user_id = ${userId}::uuid`)
  if (actor !== undefined) found.push(sql`actor_id = ${actor}`)
  if (filter.requestId !== undefined) found.push(sql`request_id = ${filter.requestId}`)
  if (outcome !== undefined) found.push(sql`outcome = ${outcome}`)
  if (createdAfter !== undefined) found.push(sql`created_at > ${new Date(createdAfter)}`)
  if (createdBefore !== undefined) found.push(sql`created_at < ${new Date(createdBefore)}`)
  const actors = sql`, details #>> '{actor_name,value}', details #>> '{acting_as_name,value}'`
  const said = sql`concat_ws(' ', type, details #>> '{subject_name,value}'${filter.namesActors ? actors : sql``})`
  for (const word of filter.words?.split(/\s+/).filter((text) => text !== '') ?? [])
    found.push(sql`${said} ilike ${`%${escapeLike(word)}%`}`)
  return found
}

/** `file.*` means every type of files. */
function patternOf(type: string): string {
  return type.endsWith('.*') ? `${escapeLike(type.slice(0, -1))}%` : escapeLike(type)
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&')
}

/** The end of a chain; undefined before its first event. */
export async function readHead(
  tx: AnyTx,
  chain: string,
): Promise<{ number: number; hash: Buffer } | undefined> {
  const { chains, owner } = tablesOf(chainOf(tx.scope))
  const { rows } = await sql<{ number: number; hash: Buffer }>`select number, hash from ${chains}
    where ${owner} = ${chain}`.execute(tx.kysely)
  return rows[0]
}

/** When an event happened, and its place in the order. */
export type Moment = { number: number; at: Date }

/** As many of the events beyond a number, in their order, and nothing else of them. */
export async function listMoments(
  tx: TenantTx,
  filter: EventFilter,
  beyond: number,
  limit: number,
): Promise<Moment[]> {
  const { rows } = await sql<Moment>`select number, created_at as at from events
    where tenant_id = ${tx.scope.tenantId} and number > ${beyond}
    and ${sql.join(conditionsOf(filter), sql` and `)} order by number limit ${limit}`.execute(tx.kysely)
  return rows
}

/** Number of the last event of the tenant; 0 before the first. */
export async function endOfEvents(tx: TenantTx): Promise<number> {
  return (await readHead(tx, tx.scope.tenantId))?.number ?? 0
}

/** Number of the last entry that has ended, as the checkpoint of the chain says; 0 where none has. */
export async function lastEnded(tx: TenantTx): Promise<number> {
  const { rows } = await sql<{
    number: number
  }>`select (checkpoint ->> 'id')::bigint as number from event_chains
    where tenant_id = ${tx.scope.tenantId} and checkpoint is not null`.execute(tx.kysely)
  return rows[0]?.number ?? 0
}

/** The newest number that the caller may see; 0 where there is none. */
export async function readNewest(tx: TenantTx): Promise<number> {
  const [row] = await listEvents(tx, tx.scope.tenantId, {}, { limit: 1, beyond: undefined, order: 'newest' })
  return row?.number ?? 0
}
