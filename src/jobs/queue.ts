import { PgBoss, type ConstructorOptions, type Db as BossDb } from 'pg-boss'

export const queueSchema = 'pgboss'

/** A worker whose process died is noticed after this; its job then runs again elsewhere. */
const leaseSeconds = 20

/**
 * Retries never run out by themselves: a crash of the server is no fault of the document. A job decides by its attempt
 * number when to record a failure instead.
 */
export const queueOptions = {
  retryLimit: 1000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 30,
  heartbeatSeconds: leaseSeconds,
  deleteAfterSeconds: 3600,
  retentionSeconds: 30 * 86_400,
} as const

/** pg-boss over our own connections, with everything off that would need an owner's rights at run time. */
export function createBoss(db: BossDb, options: Partial<ConstructorOptions>): PgBoss {
  return new PgBoss({
    db,
    schema: queueSchema,
    migrate: false,
    createSchema: false,
    schedule: false,
    reindex: false,
    monitorVacuum: false,
    registerInstance: false,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
    ...options,
  })
}
