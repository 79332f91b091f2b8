import { setTimeout as pause } from 'node:timers/promises'
import { BlobMissing } from '#adapters/blobs/port.ts'
import type { JobRun, Queue } from '#jobs/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { TenantTx } from '#platform/db/index.ts'
import type { Log } from '#platform/log.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { isUnopenable, type Vault } from '#platform/vault/index.ts'
import { countDown, countOlder, finishRotation, giveUpRotation, keepCount, switchSealing } from './queries.ts'
import { type BlobDeps, listOldBlobs, resealBlob } from './reseal-blobs.ts'
import { type Resealer, resealPage } from './reseal-rows.ts'
import { sealedTables } from './sealed-tables.ts'

export type ResealDeps = BlobDeps & {
  vault: Vault
  clock: Clock
  log: Log
}

/** Ends the keys that nothing is sealed with any more, after those who have just looked one up have used it. */
export const retireKeysQueue: Queue = { name: 'retire-keys', timeoutSeconds: 60, isForWholeTenant: true }

/**
 * Seals everything of a tenant with one version of its data key, in short transactions. What is sealed says with which
 * version, so a run that was cut off anywhere goes on where it was; until a piece's own moment its old key opens it.
 */
export async function resealTenant(
  scope: TenantScope,
  version: number,
  run: JobRun,
  deps: ResealDeps,
): Promise<void> {
  const { log } = deps
  const resealer = await sealing(scope, deps, (tx) => beginSealing(tx, version, deps))
  if (!resealer) return
  const about = { tenant_id: scope.tenantId, key: version }
  for (let left = await recount(scope, version, deps); ;) {
    if (left === 0 && (await finish(scope, version, run, deps))) break
    const broken = await resealOnce(scope, resealer, run, deps)
    left = await recount(scope, version, deps)
    if (left > 0 && left <= broken) {
      log.error({ ...about, pieces: left }, 'some content does not open: the older keys stay, see `doctor`')
      return sealing(scope, deps, (tx) => giveUpRotation(tx, left, deps.clock.now()))
    }
    // What is left now was in other hands.
    if (left > 0) await pause(betweenRoundsMs, undefined, { signal: run.signal })
  }
  log.info(about, 'everything of the tenant is sealed with its new data key')
}

/** That it is being sealed anew was told by whoever ordered it. */
function sealing<T>(scope: TenantScope, { db }: ResealDeps, work: (tx: TenantTx) => Promise<T>): Promise<T> {
  return db.tenant(scope, (tx) => {
    tx.unrecorded('sealing')
    return work(tx)
  })
}

const betweenRoundsMs = 100

/** Undefined for a run that comes so late that a newer key seals: its own may be retired by now. */
async function beginSealing(
  tx: TenantTx,
  version: number,
  { vault }: ResealDeps,
): Promise<Resealer | undefined> {
  if (!(await switchSealing(tx, version))) return undefined
  const keys = await vault.keysOf(tx.scope.tenantId, version)
  return { version, keys, sealer: keys.sealer(version) }
}

function recount(scope: TenantScope, version: number, deps: ResealDeps): Promise<number> {
  return sealing(scope, deps, async (tx) => {
    const left = await countOlder(tx, version)
    await keepCount(tx, left)
    return left
  })
}

function finish(scope: TenantScope, version: number, run: JobRun, deps: ResealDeps): Promise<boolean> {
  return sealing(scope, deps, async (tx) => {
    const finished = await finishRotation(tx, version, deps.clock.now())
    if (finished === 'now') await queueRetirement(tx, run, deps)
    return finished !== 'left'
  })
}

/** One round over everything. @returns how many pieces do not open */
async function resealOnce(
  scope: TenantScope,
  resealer: Resealer,
  run: JobRun,
  deps: ResealDeps,
): Promise<number> {
  const rows = await resealRows(scope, resealer, run, deps)
  return rows + (await resealBlobs(scope, resealer.version, run, deps))
}

function queueRetirement(tx: TenantTx, { enqueue }: JobRun, { readersGraceMs }: ResealDeps): Promise<void> {
  return enqueue(tx, retireKeysQueue, [{}], { spaceId: null, delayMs: readersGraceMs })
}

const firstId = '00000000-0000-0000-0000-000000000000'

async function resealRows(
  scope: TenantScope,
  resealer: Resealer,
  run: JobRun,
  deps: ResealDeps,
): Promise<number> {
  const { log } = deps
  let broken = 0
  for (const sealed of sealedTables) {
    for (let after = firstId; ;) {
      run.signal.throwIfAborted()
      const page = await sealing(scope, deps, (tx) => resealPage(tx, sealed, after, resealer))
      if (!page) break
      after = page.last
      for (const error of page.broken) log.error({ err: error }, 'a sealed piece does not open')
      broken += page.broken.length
      await sealing(scope, deps, (tx) => countDown(tx, page.resealed))
    }
  }
  return broken
}

async function resealBlobs(
  scope: TenantScope,
  version: number,
  run: JobRun,
  deps: ResealDeps,
): Promise<number> {
  const { db, log } = deps
  let broken = 0
  for (let after = ''; ;) {
    const page = await db.tenant(scope, (tx) => listOldBlobs(tx, version, after))
    for (const old of page) {
      run.signal.throwIfAborted()
      const error = await resealBlob(scope, old, run, deps).then(undefined, onlyUnopenable)
      if (error) {
        broken++
        log.error({ err: error, tenant_id: scope.tenantId, blob: old.blob }, 'stored bytes do not open')
      } else await sealing(scope, deps, (tx) => countDown(tx, 1))
    }
    const last = page.at(-1)
    if (!last) return broken
    after = last.blob
  }
}

/** Bytes that are lost count too; a file that was deleted meanwhile is not counted again. */
function onlyUnopenable(error: unknown): Error {
  if (isUnopenable(error) || error instanceof BlobMissing) return error
  throw error
}
