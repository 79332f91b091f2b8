import type { AnyJob } from './define.ts'
import { createBoss, queueOptions, queueSchema } from './queue.ts'

type Execute = (text: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>

/**
 * Installs or upgrades the job tables and one queue a job, as the role that owns the schema. The jobs role may read and
 * write rows, and nothing else.
 */
export async function installJobs(execute: Execute, jobs: AnyJob[]): Promise<void> {
  const boss = createBoss({ executeSql: execute }, { migrate: true, createSchema: true, supervise: false })
  await boss.start()
  try {
    const existing = new Set((await boss.getQueues()).map((queue) => queue.name))
    for (const job of jobs) {
      const options = { ...queueOptions, expireInSeconds: job.timeoutSeconds }
      if (existing.has(job.name)) await boss.updateQueue(job.name, options)
      else await boss.createQueue(job.name, options)
    }
  } finally {
    await boss.stop({ graceful: false })
  }
  await execute(`
    revoke all on all functions in schema ${queueSchema} from public;
    grant usage on schema ${queueSchema} to bulkhead_jobs;
    grant select, insert, update, delete on all tables in schema ${queueSchema} to bulkhead_jobs;
    grant execute on all functions in schema ${queueSchema} to bulkhead_jobs;`)
}
