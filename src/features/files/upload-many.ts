import type { FastifyRequest } from 'fastify'
import type { PublicError } from '#platform/errors.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import type { StoredBlob } from '#adapters/blobs/port.ts'
import { resolvePlace } from './folders/place.ts'
import { failureOf, publicFailure } from './delete-many.ts'
import { presentFile } from './present.ts'
import { readBatchForm } from './read-batch-form.ts'
import { recordUpload, type UploadDeps, writeBlob } from './upload.ts'

/**
 * Takes several files in, each for itself and in its order: what becomes of one is in its result, and keeps no other
 * from being taken in.
 * @throws input.invalid when the form is none; spaces.not_found, spaces.archived, folders.not_found for what all are to
 * lie in
 */
export async function uploadFiles(scope: TenantScope, request: FastifyRequest, deps: UploadDeps) {
  const discard = async (stored: StoredBlob | PublicError) => {
    if ('blob' in stored) await deps.blobs.remove(scope, stored.blob)
  }
  const { parts, common, fieldsOf } = await readBatchForm(
    request,
    (content) => writeBlob(scope, content, deps).catch(publicFailure),
    discard,
  )
  await checkPlace(scope, common, deps).catch(async (error: unknown) => {
    for (const { stored } of parts) await discard(stored)
    throw error
  })
  const results = []
  for (const [i, { name, mediaType, stored }] of parts.entries()) {
    const outcome =
      'blob' in stored
        ? await recordUpload(scope, { fields: fieldsOf(i), name, mediaType, stored }, deps).catch(
            publicFailure,
          )
        : stored
    results.push(
      'file' in outcome
        ? { name, status: outcome.created ? 201 : 200, file: presentFile(outcome.file), error: null }
        : { name, status: outcome.status, file: null, error: failureOf(outcome) },
    )
  }
  return { results }
}

/** A place that is not there is said once, not for each file. */
async function checkPlace(
  scope: TenantScope,
  { space, folder }: { space?: string; folder?: string },
  deps: UploadDeps,
): Promise<void> {
  await deps.db.tenant(scope, (tx) => resolvePlace(tx, { space, folder, fileName: '' }, deps))
}
