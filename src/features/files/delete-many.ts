import { PublicError } from '#platform/errors.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { deleteFile, type RemoveDeps } from './remove.ts'

/** Each for itself, in its order: what cannot be deleted keeps no other from it. */
export async function deleteFiles(
  scope: TenantScope,
  { ids, permanent }: { ids: readonly string[]; permanent: boolean },
  deps: RemoveDeps,
) {
  const results = []
  for (const id of ids) {
    scope.signal.throwIfAborted()
    const failure = await deleteFile(scope, id, permanent, deps).then(() => undefined, publicFailure)
    results.push({ status: failure?.status ?? 204, error: failure ? failureOf(failure) : null })
  }
  return { results }
}

/** What may be shown; a bug ends the whole request. */
export function publicFailure(error: unknown): PublicError {
  if (error instanceof PublicError) return error
  throw error
}

export function failureOf({ code, message }: PublicError) {
  return { code, detail: message }
}
