import type { Blobs } from '#adapters/blobs/port.ts'
import { operatorScope, operatorTenantScope } from '#features/access/index.ts'
import { findUnreadable } from '#features/search/index.ts'
import { readableSpaces } from '#features/tenancy/index.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import { formatId } from '#platform/ids.ts'
import type { PlatformScope } from '#platform/scope/index.ts'
import {
  blobsInUse,
  findDisagreements,
  listTenantIds,
  listUnfinished,
  pendingJobs,
  type PendingJobs,
} from './queries.ts'

export type Finding = { tenant: string; file?: string; problem: string }
export type IntegrityReport = { tenants: number; files: number; findings: Finding[] }

/**
 * Holds what is stored against itself, tenant by tenant under each tenant's own scope: every file that waits has a job,
 * every ready file has exactly its chunks and one index block that can be read with its vectors, every stored blob belongs to a version and the reverse.
 */
export async function checkIntegrity({ db, blobs }: { db: Db; blobs: Blobs }): Promise<IntegrityReport> {
  const operator = operatorScope('doctor')
  const tenants = await db.platform(operator, listTenantIds)
  const jobs = await db.system('run-jobs', pendingJobs)
  const report: IntegrityReport = { tenants: tenants.length, files: 0, findings: [] }
  for (const tenant of tenants) {
    const { files, findings } = await checkTenant({ db, blobs }, operator, tenant, jobs)
    report.files += files
    report.findings.push(...findings.map((finding) => ({ tenant: tenant.slug, ...finding })))
  }
  return report
}

type TenantRow = { id: string; partner_id: string; slug: string }

async function checkTenant(
  { db, blobs }: { db: Db; blobs: Blobs },
  operator: PlatformScope,
  tenant: TenantRow,
  jobs: PendingJobs,
) {
  const scope = operatorTenantScope(operator, { id: tenant.id, partnerId: tenant.partner_id })
  const { disagreements, unfinished, used } = await db.tenant(scope, async (tx) => ({
    disagreements: [...(await findDisagreements(tx)), ...(await findUnreadableBlocks(tx))],
    unfinished: await listUnfinished(tx),
    used: await blobsInUse(tx),
  }))
  const findings: Omit<Finding, 'tenant'>[] = disagreements.map(({ file_id, problem }) => ({
    file: formatId('fil', file_id),
    problem,
  }))
  for (const { file_id, version_id, status } of unfinished) {
    if (jobs.versions.has(version_id)) continue
    findings.push({ file: formatId('fil', file_id), problem: `is ${status}, but no job will read it` })
  }
  const stored = new Set<string>()
  for await (const blob of blobs.list(scope)) stored.add(blob)
  for (const { file_id, blob } of used) {
    if (!stored.has(blob)) findings.push({ file: formatId('fil', file_id), problem: 'its bytes are missing' })
  }
  const known = new Set(used.map(({ blob }) => blob))
  for (const blob of stored) {
    if (!known.has(blob) && !jobs.blobs.has(blob))
      findings.push({ problem: `stored bytes ${blob} belong to no file` })
  }
  return { files: new Set(used.map(({ file_id }) => file_id)).size, findings }
}

async function findUnreadableBlocks(tx: TenantTx) {
  const found = []
  for (const { id } of await readableSpaces(tx)) found.push(...(await findUnreadable(tx, id)))
  return found
}
