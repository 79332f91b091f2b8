import { stringify } from 'csv-stringify/sync'
import type { Db } from '#platform/db/index.ts'
import { type Chain, chainName, chainOf } from '#platform/events/index.ts'
import type { Scope } from '#platform/scope/index.ts'
import { presentEntry } from '../present.ts'
import { readCheckpoint } from './checkpoints.ts'
import { headOf, type Step, walkChain } from './walk.ts'

/** What the first line of an export says of the others. */
export const exportFormat = 'bulkhead-audit-1'

/**
 * The caller's chain as lines of JSON: where it begins, its entries as they are hashed, where it ends. An export that was
 * cut off has no last line.
 */
export async function* exportLines(
  scope: Scope,
  after: number,
  signal: AbortSignal,
  db: Db,
): AsyncGenerator<string> {
  const chain = chainOf(scope)
  const checkpoint = await readCheckpoint(scope, db)
  const { chain: _, ...end } = await headOf(scope, db)
  const isPruned = checkpoint !== undefined && checkpoint.id >= after
  const first = (begin: { id: number; hash: string }) =>
    line({
      format: exportFormat,
      chain: chainName(chain),
      after: begin,
      ...(isPruned ? { checkpoint } : {}),
    })
  let last = { id: isPruned ? checkpoint.id : after, hash: '' }
  for await (const step of walkChain(scope, after, checkpoint, signal, db)) {
    const { told: _told, ...entry } = presentEntry(chain, step.row, step.previousHash)
    if (last.hash === '') {
      last = { ...last, hash: entry.previous_hash }
      yield first(last)
    }
    yield line(entry)
    last = { id: entry.id, hash: entry.hash }
    if (entry.id >= end.id) break
  }
  if (last.hash === '') yield first(end)
  yield line({ head: last.hash === '' ? end : last })
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`
}

const columns = [
  'id',
  'created_at',
  'type',
  'outcome',
  'actor_type',
  'actor_id',
  'actor_name',
  'acting_as',
  'acting_as_name',
  'address',
  'user_agent',
  'subject_type',
  'subject_id',
  'subject_name',
  'space_id',
  'folder_id',
  'file_id',
  'request_id',
  'data',
  'hash',
] as const

/** For spreadsheets: what reads as a formula there is escaped. */
export async function* exportTable(
  scope: Scope,
  after: number,
  signal: AbortSignal,
  db: Db,
): AsyncGenerator<string> {
  yield stringify([[...columns]])
  const chain = chainOf(scope)
  const checkpoint = await readCheckpoint(scope, db)
  for await (const step of walkChain(scope, after, checkpoint, signal, db))
    yield stringify([rowOf(chain, step)], { columns: [...columns], escape_formulas: true })
}

function rowOf(chain: Chain, { row, previousHash }: Step): Record<(typeof columns)[number], unknown> {
  const { told, subject, actor, ...entry } = presentEntry(chain, row, previousHash)
  return {
    ...entry,
    actor_type: actor.type,
    actor_id: actor.id,
    actor_name: told.actor_name,
    acting_as_name: told.acting_as_name,
    address: told.address,
    user_agent: told.user_agent,
    subject_type: subject.type,
    subject_id: subject.id,
    subject_name: told.subject_name,
    data: JSON.stringify(told.data),
  }
}
