import type { TenantTx } from '#platform/db/index.ts'
import { formatId } from '#platform/ids.ts'
import type { Permission } from '#platform/scope/index.ts'
import { textOf } from '../present.ts'
import type { Told } from './put-in-words.ts'
import { countByType, countFiles, type FileRow, type Kind, listFiles, type Span } from './queries.ts'
import type { Asked } from './read-span.ts'
import { type Digest, mostSearches } from './schemas.ts'

type Searched = { query: string | null; searches: number; without_results: number }

/** What is searched for, up to now. Searches are told of by who keeps them, under the permission that their own route needs. */
export type SearchInsight = {
  access: Permission
  read: (
    tx: TenantTx,
    period: { since: Date; spaceId: string | undefined },
    limit: number,
  ) => Promise<{
    searches: number
    without_results: number
    most_asked: Searched[]
    most_without_results: Searched[]
  }>
}

/** What changed, as far as the caller may see it. Of any number of events no more than some hundred rows are read. */
export async function readDigest(
  tx: TenantTx,
  { name, ...span }: Asked & Span,
  insight: SearchInsight,
): Promise<Told> {
  const counted = await countByType(tx, span)
  const counts: Digest['counts'] = Object.fromEntries(counted.map(({ type, count }) => [type, count]))
  const unanswered = counts['answer.refused'] ?? 0
  return {
    period: { from: span.from.toISOString(), to: span.to.toISOString() },
    space_id: span.spaceId === undefined ? null : formatId('spc', span.spaceId),
    counts,
    ...(await readFiles(tx, span)),
    questions: { asked: (counts['answer.created'] ?? 0) + unanswered, unanswered },
    searches: name === undefined ? null : await readSearches(tx, span, insight),
  }
}

async function readFiles(tx: TenantTx, span: Span) {
  const files = await countFiles(tx, span)
  const groups = groupsOf(await listFiles(tx, span))
  const of = (kind: Kind) => groups.filter(([first]) => first.kind === kind)
  const done = (kind: Kind) => ({
    files: files.get(kind) ?? 0,
    by: of(kind).map((rows) => ({ who: whoOf(rows[0]), ...filesOf(rows) })),
  })
  return {
    added: done('added'),
    changed: done('changed'),
    removed: done('removed'),
    failed: {
      files: files.get('failed') ?? 0,
      reasons: of('failed').map((rows) => ({ reason: rows[0].reason, ...filesOf(rows) })),
    },
  }
}

type Group = [FileRow, ...FileRow[]]

/** Rows of a group stand together. */
function groupsOf(rows: FileRow[]): Group[] {
  const keyOf = ({ kind, user_id, actor_id, actor_type, reason }: FileRow) =>
    JSON.stringify([kind, user_id, actor_id, actor_type, reason])
  return [...Map.groupBy(rows, keyOf).values()].map((group) => group as Group)
}

function filesOf(rows: Group) {
  return { files: rows[0].files, names: rows.map(({ details }) => textOf(details, 'subject_name')) }
}

function whoOf({ user_id: user, actor_id: id, actor_type: type, details }: FileRow) {
  if (user !== null)
    return { type: 'user' as const, id: formatId('usr', user), name: textOf(details, 'acting_as_name') }
  return { type: type!, id, name: id === null ? null : textOf(details, 'actor_name') }
}

async function readSearches(tx: TenantTx, { from, spaceId }: Span, { access, read }: SearchInsight) {
  if (!tx.scope.permissions.has(access)) return null
  const insight = await read(tx, { since: from, spaceId }, mostSearches)
  const { searches, without_results, most_asked, most_without_results } = insight
  return {
    searches,
    without_results,
    most_searched: most_asked.flatMap(inWords),
    unanswered: most_without_results.flatMap(inWords),
  }
}

function inWords({ query, searches, without_results }: Searched) {
  return query === null ? [] : [{ query, searches, without_results }]
}
