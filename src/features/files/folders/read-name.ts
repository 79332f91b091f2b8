import { inputInvalid } from '#platform/errors.ts'

export type FolderName = {
  /** As it is shown. */
  name: string
  /** What it is compared by: two folders of one parent never have the same. */
  key: string
}

/** How many folders may lie within each other; the database holds it too. */
export const maxDepth = 32

const maxLength = 255

/**
 * A folder's name: composed, without invisible formatting characters and surrounding white space. `Lease`, `lease` and
 * `Ｌｅａｓｅ` are the same name, as on the disks that folders come from; letters of different scripts that look alike
 * are different names.
 * @param field what to blame
 * @throws input.invalid
 */
export function readFolderName(text: string, field: string): FolderName {
  const name = text
    .normalize('NFC')
    .replaceAll(/\p{Cf}/gu, '')
    .trim()
  const key = name.normalize('NFKC').toLowerCase().trim()
  if (/[/\\]/.test(name)) throw invalid(field, 'must not hold / or \\')
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)) throw invalid(field, 'must not hold control characters')
  if (key === '' || name === '.' || name === '..') throw invalid(field, 'must be a name')
  if (Math.max(name.length, key.length) > maxLength)
    throw invalid(field, `must not be longer than ${maxLength} characters`)
  return { name, key }
}

/**
 * The names of a path, from the topmost folder down. Slashes at its ends mean nothing.
 * @throws input.invalid
 */
export function readPath(text: string, field: string): FolderName[] {
  const parts = text.replaceAll(/^\/+|\/+$/g, '').split('/')
  if (parts.length === 1 && parts[0] === '') return []
  if (parts.length > maxDepth) throw invalid(field, `must not be deeper than ${maxDepth} folders`)
  return parts.map((part) => readFolderName(part, field))
}

export function invalid(path: string, message: string) {
  return inputInvalid(`${path}: ${message}`, { errors: [{ path, message }] })
}
