import { defineError, PublicError } from '../errors.ts'
import { SealBroken } from './seal.ts'

/** Not 410: a keyring that was lost looks the same as a key that was destroyed, and is restored. */
const missing = defineError(
  'content.key_missing',
  503,
  'The key of this content is missing',
  'The data key that this content is sealed with is not in the keyring: it was destroyed, or the keyring has to be restored. Trying again helps only after that; the log says which key.',
)

/** @param version undefined when the tenant has no key at all */
export function keyMissing(tenantId: string, version?: number) {
  const which = version === undefined ? 'data key' : `data key ${version}`
  const cause = new Error(`the keyring has no ${which} of tenant ${tenantId}`)
  return missing(undefined, { cause })
}

/** Whether an error says of one piece of content that it cannot be opened, and nothing of the others. */
export function isUnopenable(error: unknown): error is Error {
  return error instanceof SealBroken || (error instanceof PublicError && error.code === 'content.key_missing')
}
