import { type AnyJob, defineJob } from '#jobs/index.ts'
import { fetchImport, type FetchDeps } from './imports/fetch.ts'
import { importQueue } from './imports/import.ts'
import { purgeQueue, purgeTrash, removeBlobQueue, type RemoveDeps } from './remove.ts'

export const fileQueues = [importQueue, removeBlobQueue, purgeQueue]

export type FileJobDeps = Omit<RemoveDeps, 'enqueue'> & FetchDeps

export function fileJobs(deps: FileJobDeps): AnyJob[] {
  return [
    defineJob<{ version: string }>({
      queue: importQueue,
      tenantStatus: 'active',
      run: (scope, { version }, run) => fetchImport(scope, version, run, deps),
    }),
    defineJob<{ blob: string }>({
      queue: removeBlobQueue,
      tenantStatus: 'active',
      run: (scope, { blob }) => deps.blobs.remove(scope, blob),
    }),
    defineJob<{ space: string }>({
      queue: purgeQueue,
      tenantStatus: 'active',
      run: (scope, { space }, { signal, enqueue }) => purgeTrash(scope, space, signal, { ...deps, enqueue }),
    }),
  ]
}
