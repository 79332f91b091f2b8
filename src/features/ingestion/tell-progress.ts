import type { Db, TenantTx } from '#platform/db/index.ts'
import type { Log } from '#platform/log.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { setProgress } from './queries.ts'

/** A document of fewer pages is done before anybody looks. */
const leastPages = 10
/** An embedded database has one session for everybody. */
const intervalMs = 1000

/** Takes the pages that are done, at any rate, and writes them down now and then. What fails here costs nobody a file. */
export function tellProgress(
  scope: TenantScope,
  fileId: string,
  { db, log }: { db: Db; log: Log },
): (done: number, total: number) => void {
  let lastMs = performance.now()
  return (done, total) => {
    if (total < leastPages || performance.now() - lastMs < intervalMs) return
    lastMs = performance.now()
    const write = (tx: TenantTx) => {
      tx.unrecorded('progress')
      return setProgress(tx, fileId, done, total)
    }
    db.tenant(scope, write).catch((error: unknown) =>
      log.warn({ err: error }, 'progress could not be written'),
    )
  }
}
