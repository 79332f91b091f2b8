import type { TenantTx } from '#platform/db/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'

/** What a job may know about its own run. */
export type JobRun = {
  id: string
  /** 1 for the first run; a run that was cut off by a crash counts. */
  attempt: number
  /** Ends when the server stops or the job's lease is lost. */
  signal: AbortSignal
}

/**
 * Work that outlives its request. It always belongs to one tenant and one space and runs under exactly that scope.
 * It may run more than once (a crash, a lost lease), so it must be idempotent.
 */
export type Job<Input extends Record<string, string>> = {
  name: string
  /** Longest one run may take, in seconds. */
  timeoutSeconds: number
  run: (scope: TenantScope, input: Input, run: JobRun) => Promise<void>
}

export type AnyJob = Job<Record<string, string>>

/** Types a job's input from its `run`. Inputs are ids only: job rows are readable without a tenant's key. */
export function defineJob<Input extends Record<string, string>>(job: Job<Input>): AnyJob {
  return job as AnyJob
}

export type EnqueueOptions = {
  spaceId: string
  /** Higher runs first. Give a job minus the tenant's backlog, and a flood cannot starve a newcomer. */
  priority?: number
}

/** Adds a job in the caller's transaction: it exists exactly if the write that caused it does. */
export type Enqueue = (
  tx: TenantTx,
  jobName: string,
  input: Record<string, string>,
  options: EnqueueOptions,
) => Promise<void>
