import type { Blobs } from '#adapters/blobs/port.ts'
import type { Embedders } from '#adapters/embedder/port.ts'
import type { Extractor } from '#adapters/extract/port.ts'
import type { LanguageModels } from '#adapters/language/port.ts'
import type { Outside } from '#adapters/outside/port.ts'
import type { Rerankers } from '#adapters/rerank/port.ts'
import { openSmtpMailer } from '#adapters/mail/smtp.ts'
import {
  accessRoutes,
  insertBuiltInRoles,
  scopeOfNewTenant,
  scopeOfQueueing,
} from '#features/access/index.ts'
import { alertRoutes } from '#features/alerts/index.ts'
import { answerRoutes } from '#features/answers/index.ts'
import {
  auditRoutes,
  digestRoutes,
  eventRoutes,
  type Feed,
  type LaterRecorder,
  type RecordRead,
  type SearchInsight,
  type Sequencer,
} from '#features/events/index.ts'
import { grantRoutes } from '#features/grants/index.ts'
import { deleteFilesOf, type FileIndex, fileRoutes, pageRoutes, queuePurge } from '#features/files/index.ts'
import { queueIngestion, queueSwitch } from '#features/ingestion/index.ts'
import { portalRoutes } from '#features/portal/index.ts'
import { lifecycleRoutes } from '#features/lifecycle/index.ts'
import {
  embeddingRoutes,
  insightAccess,
  moveInIndex,
  prepareBlock,
  queueEmbedding,
  queueSpace,
  queueTenant,
  readInsight,
  type SearchIndexes,
  type SearchRecorder,
  searchRoutes,
  withdrawFiles,
} from '#features/search/index.ts'
import { type MasterRotation, rotationRoutes } from '#features/rotation/index.ts'
import { webhookRoutes } from '#features/webhooks/index.ts'
import { tenancyRoutes } from '#features/tenancy/index.ts'
import { type Metrics, type Route, serviceRoutes } from '#http/index.ts'
import type { Jobs } from '#jobs/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Database, Db } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { Log } from '#platform/log.ts'
import type { Vault } from '#platform/vault/index.ts'
import type { Config } from '../config.ts'

export type RouteDeps = {
  db: Db
  kind: Database['kind']
  blobs: Blobs
  embedders: Embedders
  extractor: Extractor
  rerankers: Rerankers
  models: LanguageModels
  recorder: SearchRecorder
  sequencer: Sequencer
  later: LaterRecorder
  feed: Feed
  outside: Outside
  recordRead: RecordRead
  vault: Vault
  masterRotation: MasterRotation
  clock: Clock
  ids: Ids
  log: Log
  jobs: Jobs
  indexes: SearchIndexes
  metrics: Metrics
  forgetTenant: (tenantId: string) => void
}

/** The whole route table. */
export function assembleRoutes(config: Config, deps: RouteDeps): Route[] {
  const { db, embedders, jobs, metrics, vault } = deps
  const retrieval = { ...deps, queueEmbedding: queueEmbedding(jobs.enqueue, embedders) }
  const checkDatabase = () => db.system('check-health', async (tx) => void (await tx.execute('select 1')))
  return [
    ...serviceRoutes({ metrics, checkDatabase }),
    ...tenancyRoutes({
      ...deps,
      scopeOfNewTenant,
      scopeOfQueueing,
      queueEmbedding: queueSpace(jobs.enqueue),
      queuePurge: queuePurge(jobs.enqueue),
      queueSwitch: queueSwitch(jobs.enqueue),
      queueTenantEmbedding: queueTenant(jobs.enqueue),
      createTenantKey: vault.createKey,
      insertBuiltInRoles: (tx) => insertBuiltInRoles(tx, deps),
      deleteFilesOf: (tx, spaceId) => deleteFilesOf(tx, spaceId, jobs),
      wakeJobs: jobs.wake,
    }),
    ...accessRoutes({
      ...deps,
      mailer: config.smtpUrl === undefined ? undefined : openSmtpMailer(config.smtpUrl, config.mailFrom),
      invitationUrl: config.invitationUrl,
    }),
    ...fileRoutes({
      ...deps,
      maxUploadBytes: config.maxUploadBytes,
      enqueue: jobs.enqueue,
      queueIngestion: queueIngestion(jobs.enqueue),
      trashDays: config.trashDays,
      index: indexOfFiles(deps),
    }),
    ...eventRoutes(deps),
    ...digestRoutes({ ...deps, insight }),
    ...auditRoutes(deps),
    ...alertRoutes(deps),
    ...webhookRoutes({ ...deps, enqueue: jobs.enqueue }),
    ...grantRoutes(deps),
    ...portalRoutes(deps),
    ...pageRoutes(deps),
    ...searchRoutes(retrieval),
    ...embeddingRoutes(deps),
    ...answerRoutes(retrieval),
    ...lifecycleRoutes({ ...deps, enqueue: jobs.enqueue }),
    ...rotationRoutes({ ...deps, enqueue: jobs.enqueue, keySpreadMs: keySpreadMs(config, deps.kind) }),
  ]
}

/** What `events/` tells of searches, by `search/`, which stands below it. */
const insight: SearchInsight = { access: insightAccess, read: readInsight }

/** What `files/` has done by `search/`, which stands below it. */
function indexOfFiles(deps: RouteDeps): FileIndex {
  const own = { ...deps, queueSpace: queueSpace(deps.jobs.enqueue) }
  return {
    withdraw: withdrawFiles,
    move: (tx, file) => moveInIndex(tx, file, own),
    prepare: (scope, version, signal) => prepareBlock(scope, version, signal, own),
  }
}

/** Other servers remember the keys they have read for so long, and a moment for reading them again. An embedded database has no other. */
function keySpreadMs({ keyMemoryMs }: Config, kind: Database['kind']): number {
  return kind === 'embedded' ? 0 : Math.ceil(keyMemoryMs * 1.1)
}
