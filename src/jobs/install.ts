import { createHash } from 'node:crypto'
import manifest from '../../package.json' with { type: 'json' }
import type { Execute } from '#platform/db/index.ts'
import type { Queue } from './define.ts'
import { createBoss, queueOptions, queueSchema } from './queue.ts'

/**
 * Installs or upgrades the job tables and one queue a kind of job, as the role that owns the schema. The jobs role may
 * read and write rows, and nothing else. Done only when something changed: it takes a second that a start can save.
 */
export async function installJobs(execute: Execute, queues: Queue[]): Promise<void> {
  const wanted = fingerprint(queues)
  if ((await installedFingerprint(execute)) === wanted) return
  await installQueues(execute, queues)
  await execute(`
    revoke all on all functions in schema ${queueSchema} from public;
    grant usage on schema ${queueSchema} to bulkhead_jobs;
    grant select, insert, update, delete on all tables in schema ${queueSchema} to bulkhead_jobs;
    grant execute on all functions in schema ${queueSchema} to bulkhead_jobs;
    comment on schema ${queueSchema} is '${wanted}'`)
}

async function installQueues(execute: Execute, queues: Queue[]): Promise<void> {
  const boss = createBoss({ executeSql: execute }, { migrate: true, createSchema: true, supervise: false })
  const failures: Error[] = []
  boss.on('error', (error) => failures.push(error))
  await boss.start()
  try {
    const existing = new Set((await boss.getQueues()).map((queue) => queue.name))
    for (const { name, timeoutSeconds, isOneAtATime } of queues) {
      const options = { ...queueOptions, expireInSeconds: timeoutSeconds }
      const policy = isOneAtATime ? 'singleton' : 'standard'
      if (existing.has(name)) await boss.updateQueue(name, options)
      else await boss.createQueue(name, { ...options, policy })
    }
  } finally {
    await boss.stop({ graceful: false })
  }
  if (failures.length > 0) throw new AggregateError(failures, 'the job tables could not be installed')
}

async function installedFingerprint(execute: Execute): Promise<unknown> {
  const { rows } = await execute(
    `select obj_description(to_regnamespace('${queueSchema}')::oid, 'pg_namespace') as fingerprint`,
  )
  return rows[0]?.['fingerprint']
}

function fingerprint(queues: Queue[]): string {
  const made = JSON.stringify([manifest.dependencies['pg-boss'], queueOptions, queues])
  return createHash('sha256').update(made).digest('hex')
}
