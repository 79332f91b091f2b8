import { getGroup, getRole, getUser } from '#features/access/index.ts'
import { getFile, getFolder } from '#features/files/index.ts'
import { getSpace } from '#features/tenancy/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { inputInvalid } from '#platform/errors.ts'
import type { Target } from './queries.ts'

export type Whom = { user?: string; group?: string; role?: string }
export type Where = { space?: string; folder?: string; file?: string }

/**
 * What is named, as it stands in a grant.
 * @throws users.not_found, groups.not_found, roles.not_found, spaces.not_found, folders.not_found, files.not_found
 */
export async function findTarget(tx: TenantTx, named: Whom & Where): Promise<Target> {
  const { user, group, role, space, folder, file } = named
  return {
    ...(user === undefined ? {} : { user_id: (await getUser(tx, user)).id }),
    ...(group === undefined ? {} : { group_id: (await getGroup(tx, group)).id }),
    ...(role === undefined ? {} : { role_id: (await getRole(tx, role)).id }),
    ...(space === undefined ? {} : { on_space: (await getSpace(tx, space)).id }),
    ...(folder === undefined ? {} : { on_folder: (await getFolder(tx, folder)).id }),
    ...(file === undefined ? {} : { on_file: (await getFile(tx, file)).id }),
  }
}

/** @throws input.invalid when not exactly one of the fields is there */
export function assertOneOf<Field extends string>(
  given: { [name in Field]?: string },
  fields: readonly Field[],
): void {
  if (fields.filter((field) => given[field] !== undefined).length === 1) return
  const message = `exactly one of ${fields.join(', ')} is needed`
  throw inputInvalid(message, { errors: [{ path: fields[0] ?? '', message }] })
}
