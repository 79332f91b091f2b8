import type { TenantTx } from '#platform/db/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'

/** What a job may know about its own run. */
export type JobRun = {
  id: string
  /** 1 for the first run; a run that was cut off by a crash counts. */
  attempt: number
  /** Ends when the server stops or the job's lease is lost. */
  signal: AbortSignal
  /** For what is to come after it. */
  enqueue: Enqueue
}

/** A kind of job. */
export type Queue = {
  name: string
  /** The longest one run may take. */
  timeoutSeconds: number
  /** Its jobs belong to no one space: they run under all of the tenant's; or do, where they name no space. */
  isForWholeTenant?: true | 'unless a space is named'
  /** Of its jobs with the same key one runs at a time. */
  isOneAtATime?: true
  /**
   * Its jobs wait for somebody else more than they work. So many run at a time in a process, however small the machine,
   * and of one tenant so many in all processes: whoever names addresses that never answer holds up their own jobs alone.
   */
  waiting?: { atOnce: number; ofOneTenant: number }
}

/**
 * Work that outlives its request. It always belongs to one tenant and at most one space and runs under exactly that
 * scope. It may run more than once (a crash, a lost lease), so it must be idempotent.
 */
export type Job<Input extends Record<string, string>> = {
  queue: Queue
  /**
   * The one status of the tenant in which it runs; `living` is any but `erasing`. In others it waits, or is void once the
   * tenant is being erased.
   */
  tenantStatus: 'active' | 'living' | 'erasing'
  run: (scope: TenantScope, input: Input, run: JobRun) => Promise<void>
}

export type AnyJob = Job<Record<string, string>>

/** Types a job's input from its `run`. Inputs are ids only: job rows are readable without a tenant's key. */
export function defineJob<Input extends Record<string, string>>(job: Job<Input>): AnyJob {
  return job as AnyJob
}

export type EnqueueOptions = {
  /** The one space it may see; null for work that sees the rows of none, and for a queue that is for whole tenants. */
  spaceId: string | null
  /** The job waits at least so long. */
  delayMs?: number
  /** Higher runs first. Give a job minus the tenant's backlog, and a flood cannot starve a newcomer. */
  priority?: number
  /** What it is about, for a queue that is one at a time, and for `onceInSeconds`. */
  key?: string
  /** While a job of this key was added within the last so many seconds, no further one is. */
  onceInSeconds?: number
}

/** Adds a job for each input in the caller's transaction: they exist exactly if the write that caused them does. */
export type Enqueue = (
  tx: TenantTx,
  queue: Queue,
  inputs: Record<string, string>[],
  options: EnqueueOptions,
) => Promise<void>
