import { createHash } from 'node:crypto'
import type { Begun, KeptAnswer, OnceStore } from '#http/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { isUnopenable, type Place } from '#platform/vault/index.ts'
import { outlive } from './outlive.ts'

const dayMs = 24 * 3600 * 1000
/** No request takes so long: whoever began it is gone. */
const lostAfterMs = 15 * 60 * 1000
/** Taken away with each new one, so that old ones go as fast as new ones come. */
const sweptAtOnce = 10

type Deps = { db: Db; clock: Clock; ids: Ids }

/**
 * Answers by tenant, credential and name, sealed with the tenant's key. Each is kept in a transaction of its own, before
 * and after the request's: a name that is begun and not finished was cut off.
 */
export function rememberAnswers({ db, clock, ids }: Deps): OnceStore {
  return {
    begin: (scope, name) =>
      db.tenant(outliving(scope), async (tx) => {
        tx.unrecorded('kept')
        const before = new Date(clock.now().getTime() - dayMs)
        await sweep(tx, before)
        const nameHash = createHash('sha256').update(name).digest()
        const id = ids.uuid()
        await tx.kysely
          .deleteFrom('idempotency_keys')
          .where('subject_id', '=', scope.subject.id)
          .where('name_hash', '=', nameHash)
          .where('created_at', '<', before)
          .execute()
        const made = await insert(tx, { id, nameHash, now: clock.now() })
        return made ? { state: 'new', id } : read(tx, nameHash, clock.now())
      }),
    finish: (scope, id, requestHash, answer) =>
      db.tenant(outliving(scope), async (tx) => {
        tx.unrecorded('kept')
        const { sealer } = await tx.sealing()
        await tx.kysely
          .updateTable('idempotency_keys')
          .set({
            request_hash: requestHash,
            status: 'refusal' in answer ? answer.refusal.status : answer.status,
            answer: sealer.sealText(answerPlace(id), JSON.stringify(answer)),
          })
          .where('id', '=', id)
          .execute()
      }),
    forget: (scope, id) =>
      db.tenant(outliving(scope), async (tx) => {
        tx.unrecorded('kept')
        await tx.kysely.deleteFrom('idempotency_keys').where('id', '=', id).execute()
      }),
  }
}

/** A caller who goes away ends a request, and not the memory of it: they are the one who comes again. */
function outliving(scope: TenantScope): TenantScope {
  return outlive(scope, new AbortController().signal)
}

export function answerPlace(row: string): Place {
  return { table: 'idempotency_keys', row, column: 'answer' }
}

type Named = { id: string; nameHash: Buffer; now: Date }

/** Whether the name is new; whoever began with it at the same moment is waited for. */
async function insert(tx: TenantTx, { id, nameHash, now }: Named): Promise<boolean> {
  const { tenantId, spaces, subject } = tx.scope
  const made = await tx.kysely
    .insertInto('idempotency_keys')
    .values({
      tenant_id: tenantId,
      id,
      space_id: spaces === 'all' ? null : (spaces[0] ?? null),
      subject_id: subject.id,
      name_hash: nameHash,
      created_at: now,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'subject_id', 'name_hash']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return made !== undefined
}

async function read(tx: TenantTx, nameHash: Buffer, now: Date): Promise<Begun> {
  const row = await tx.kysely
    .selectFrom('idempotency_keys')
    .select(['id', 'request_hash', 'answer', 'created_at'])
    .where('subject_id', '=', tx.scope.subject.id)
    .where('name_hash', '=', nameHash)
    .executeTakeFirst()
  // Forgotten in this moment: the next one is new.
  if (!row) return { state: 'running', isLost: false }
  if (!row.answer || !row.request_hash)
    return { state: 'running', isLost: now.getTime() - row.created_at.getTime() > lostAfterMs }
  try {
    const text = (await tx.keys()).unsealText(answerPlace(row.id), row.answer)
    return { state: 'done', requestHash: row.request_hash, answer: JSON.parse(text) as KeptAnswer }
  } catch (error) {
    // Sealed with a key that was replaced and is gone: it was carried out, and nobody can say how.
    if (isUnopenable(error)) return { state: 'running', isLost: true }
    throw error
  }
}

async function sweep(tx: TenantTx, before: Date): Promise<void> {
  const old = await tx.kysely
    .selectFrom('idempotency_keys')
    .select('id')
    .where('created_at', '<', before)
    .orderBy('created_at')
    .limit(sweptAtOnce)
    .forUpdate()
    .skipLocked()
    .execute()
  if (old.length === 0) return
  const ids = old.map(({ id }) => id)
  await tx.kysely.deleteFrom('idempotency_keys').where('id', 'in', ids).execute()
}
