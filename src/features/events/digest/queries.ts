import { type RawBuilder, sql } from 'kysely'
import type { TenantTx } from '#platform/db/index.ts'
import type { actorTypes, Details, EventType } from '#platform/events/index.ts'
import { mayNameInRows } from '../may-name.ts'
import { mostGroups, mostNames } from './schemas.ts'

/** Events after `from`, up to and including `to`: of two digests one after the other, each event is in one. */
export type Span = { from: Date; to: Date; spaceId: string | undefined }

export type Kind = 'added' | 'changed' | 'removed' | 'failed'

/** One of the newest files of a group: of what one caused, or of what failed for one reason. */
export type FileRow = {
  kind: Kind
  user_id: string | null
  /** Null where the caller may not know who, and where it was done for `user_id`. */
  actor_id: string | null
  /** Null where it was done for `user_id`. */
  actor_type: (typeof actorTypes)[number] | null
  reason: string | null
  /** Of the group. */
  files: number
  details: Details
}

const changes: EventType[] = ['file.updated', 'file.moved', 'file.version_restored', 'file.restored']
const removals: EventType[] = ['file.trashed', 'file.deleted']
const kinds = sql`case when type = 'file.failed' then 'failed' when type = any(${removals}::text[]) then 'removed'
  when type = any(${changes}::text[]) or details #>> '{data,value,version}' <> '1' then 'changed' else 'added' end`
const ofFiles: EventType[] = [
  'file.uploaded',
  'file.import_requested',
  'file.copied',
  ...changes,
  ...removals,
  'file.failed',
]

export async function countByType(tx: TenantTx, span: Span) {
  const { rows } = await sql<{
    type: EventType
    count: number
  }>`select type, count(*)::int as count from events
    where tenant_id = ${tx.scope.tenantId} and ${within(span)} group by type order by type`.execute(tx.kysely)
  return rows
}

/** Files of each kind, each counted once. */
export async function countFiles(tx: TenantTx, span: Span): Promise<Map<Kind, number>> {
  const { rows } = await sql<{ kind: Kind; files: number }>`with told as (${fileEvents(tx, span)})
    select kind, count(distinct file_id)::int as files from told group by kind`.execute(tx.kysely)
  return new Map(rows.map(({ kind, files }) => [kind, files]))
}

/** The largest groups of each kind with their newest files: at most 4 kinds × 10 groups × 5 files, whatever there is. */
export async function listFiles(tx: TenantTx, span: Span): Promise<FileRow[]> {
  const group = sql`kind, user_id, actor_id, actor_type, reason`
  const { rows } = await sql<FileRow>`with told as (${fileEvents(tx, span)}),
    once as (select ${group}, file_id, max(number) as number from told group by ${group}, file_id),
    placed as (select *, count(*) over (partition by ${group})::int as files,
      row_number() over (partition by ${group} order by number desc) as place from once),
    ranked as (select *, dense_rank() over (partition by kind
      order by files desc, user_id, actor_id, actor_type, reason) as rank from placed where place <= ${mostNames})
    select ranked.kind, ranked.user_id, ranked.actor_id, ranked.actor_type, reason, files, details
    from ranked join events using (number) where tenant_id = ${tx.scope.tenantId} and rank <= ${mostGroups}
    order by ranked.kind, rank, place`.execute(tx.kysely)
  return rows
}

/** Whom the caller may not know is nobody here already, so that not even how many they are is told. */
function fileEvents(tx: TenantTx, span: Span): RawBuilder<unknown> {
  const mayName = mayNameInRows(tx.scope)
  const isFor = sql`(user_id is not null and ${mayName.user})`
  const isDone = sql`type <> 'file.failed'`
  return sql`select ${kinds} as kind, file_id, number,
      case when ${isDone} and ${isFor} then user_id end as user_id,
      case when ${isDone} and not ${isFor} and ${mayName.actor} then actor_id end as actor_id,
      case when ${isDone} and not ${isFor} then actor_type end as actor_type,
      case when not ${isDone} then details #>> '{data,value,reason}' end as reason
    from events where tenant_id = ${tx.scope.tenantId} and ${within(span)}
      and type = any(${ofFiles}::text[]) and file_id is not null
      and (${isDone} or not exists (select from events as later where later.tenant_id = ${tx.scope.tenantId}
        and later.file_id = events.file_id and later.number > events.number and later.type = 'file.ready'))`
}

/** Whether something was told of spaces that are not there any more. */
export async function tellsOfGoneSpaces(tx: TenantTx, span: Span): Promise<boolean> {
  const { rows } = await sql`select from events where tenant_id = ${tx.scope.tenantId} and ${within(span)}
    and space_id is not null and not exists (select from spaces
      where spaces.tenant_id = events.tenant_id and spaces.id = events.space_id) limit 1`.execute(tx.kysely)
  return rows.length > 0
}

function within({ from, to, spaceId }: Span): RawBuilder<unknown> {
  const ofSpace = spaceId === undefined ? sql`` : sql`and space_id = ${spaceId}::uuid`
  return sql`number is not null and created_at > ${from} and created_at <= ${to} ${ofSpace}`
}
