import type { Blobs } from '#adapters/blobs/port.ts'
import { type AnyJob, defineJob } from '#jobs/index.ts'
import { purgeQueue, purgeTrash, removeBlobQueue, type RemoveDeps } from './remove.ts'

export type FileJobDeps = Omit<RemoveDeps, 'enqueue'> & { blobs: Blobs }

export function fileJobs({ blobs, ...deps }: FileJobDeps): AnyJob[] {
  return [
    defineJob<{ blob: string }>({
      queue: removeBlobQueue,
      tenantStatus: 'active',
      run: (scope, { blob }) => blobs.remove(scope, blob),
    }),
    defineJob<{ space: string }>({
      queue: purgeQueue,
      tenantStatus: 'active',
      run: (scope, { space }, { signal, enqueue }) => purgeTrash(scope, space, signal, { ...deps, enqueue }),
    }),
  ]
}
