import { assertHeld, createSecret, hashSecret, hintOf, permissionsOfScopes } from '#features/access/index.ts'
import type { PortalScope } from '#features/access/index.ts'
import { getFile, getFolder } from '#features/files/index.ts'
import { getSpace } from '#features/tenancy/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import { inputInvalid } from '#platform/errors.ts'
import { formatId, type Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { deleteEndedBefore, insertToken, subjectOf, type TokenRow } from './queries.ts'
import { readOrigin } from './read-origin.ts'

export type Deps = { db: Db; clock: Clock; ids: Ids }

export type TokenInput = {
  spaces: string[]
  folders?: string[]
  files?: string[]
  subject: { external_id: string; name?: string }
  scopes: PortalScope[]
  ttl: number
  origins?: string[]
  max_uses?: number
}

/** Ended tokens are listed for so long. */
const listedForMs = 30 * 24 * 3_600_000

/**
 * Makes a token that opens the spaces, or the folders and files of them that are named, for so many seconds. The secret is in
 * the answer and nowhere else.
 * @throws keys.beyond_own_rights, spaces.not_found, folders.not_found, files.not_found, input.invalid
 */
export async function issueToken(
  scope: TenantScope,
  input: TokenInput,
  { db, clock, ids }: Deps,
): Promise<{ token: TokenRow; secret: string }> {
  const { subject, scopes, ttl, origins = [], max_uses } = input
  const secret = createSecret('bhp')
  const token = await db.tenant(scope, async (tx) => {
    assertHeld(tx, [...permissionsOfScopes(scopes)])
    const now = clock.now()
    await deleteEndedBefore(tx, new Date(now.getTime() - listedForMs))
    const issued = await insertToken(tx, {
      tenant_id: scope.tenantId,
      id: ids.uuid(),
      hint: hintOf(secret),
      secret_hash: hashSecret(secret),
      subject_external_id: subject.external_id,
      subject_name: subject.name ?? null,
      scopes,
      ...(await findPlaces(tx, input)),
      origins: origins.map(readOrigin),
      max_uses: max_uses ?? null,
      created_by: scope.subject.id,
      created_at: now,
      expires_at: new Date(now.getTime() + ttl * 1000),
    })
    await tx.record({
      type: 'portal_token.issued',
      subject: subjectOf(issued),
      data: {
        scopes,
        spaces: issued.spaces.map((id) => formatId('spc', id)),
        expires_at: issued.expires_at.toISOString(),
      },
    })
    return issued
  })
  return { token, secret }
}

/** Everything that is named, which is there and lies in one of the spaces. */
async function findPlaces(tx: TenantTx, { spaces, folders = [], files = [] }: TokenInput) {
  const found = { spaces: [] as string[], folders: [] as string[], files: [] as string[] }
  for (const reference of spaces) found.spaces.push((await getSpace(tx, reference)).id)
  const add = (kind: 'folders' | 'files', i: number, { id, space_id }: { id: string; space_id: string }) => {
    if (!found.spaces.includes(space_id)) throw lieElsewhere(`${kind}.${i}`)
    found[kind].push(id)
  }
  for (const [i, folder] of folders.entries()) add('folders', i, await getFolder(tx, folder))
  for (const [i, file] of files.entries()) add('files', i, await getFile(tx, file))
  return found
}

function lieElsewhere(path: string) {
  const message = 'lies in none of the spaces that are named'
  return inputInvalid(`${path} ${message}`, { errors: [{ path, message }] })
}
