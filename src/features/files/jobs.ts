import type { Blobs } from '#adapters/blobs/port.ts'
import { type AnyJob, defineJob, type Queue } from '#jobs/index.ts'

/** Bytes of deleted files: a job, so that a crash between the commit and the removal loses nothing. */
export const removeBlobQueue: Queue = { name: 'remove-blob', timeoutSeconds: 60 }

export function fileJobs({ blobs }: { blobs: Blobs }): AnyJob[] {
  return [
    defineJob<{ blob: string }>({
      queue: removeBlobQueue,
      tenantStatus: 'active',
      run: (scope, { blob }) => blobs.remove(scope, blob),
    }),
  ]
}
