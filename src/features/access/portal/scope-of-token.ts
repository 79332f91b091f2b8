import { sql } from 'kysely'
import type { Credential } from '#http/index.ts'
import type { SystemTx, TenantTx } from '#platform/db/index.ts'
import type { Places, TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { revokedCredential } from '../errors.ts'
import type { Reach } from '../rights/reach.ts'
import { requestOf } from '../request-of.ts'
import { permissionsOfScopes } from './scopes.ts'
import type { PresentedToken } from './take-presented-token.ts'

/**
 * What a portal token opens at this moment: its spaces, or the folders and files of them that it names.
 * @throws auth.revoked
 */
export async function scopeOfToken(
  tx: SystemTx,
  token: PresentedToken,
  credential: Credential,
): Promise<TenantScope> {
  const permissions = permissionsOfScopes(token.scopes)
  const looking = scopeWithin(token, credential, { spaces: 'all' }, new Set())
  await tx.enter(looking, (tenantTx) => assertIssuerStays(tenantTx, token.created_by))
  const inSpaces = scopeWithin(token, credential, { spaces: token.spaces }, permissions)
  if (token.folders.length + token.files.length === 0) return inSpaces
  const folders = await tx.enter(inSpaces, (tenantTx) => readFoldersBelow(tenantTx, token.folders))
  const places: Places = { spaces: [], within: [...folders, ...token.files], except: [] }
  const part = { sees: places, changes: permissions.has('files:write') ? places : nowhere }
  return scopeWithin(token, credential, { spaces: token.spaces, part }, permissions)
}

/** Whose token it is, which may do nothing. */
export function holderOfToken(token: PresentedToken, credential: Credential): TenantScope {
  return scopeWithin(token, credential, { spaces: [] }, new Set())
}

const nowhere: Places = { spaces: [], within: [], except: [] }

/** Who loses a key, or their place in the tenant, has issued nothing that goes on. A key that expires has not lost anything. */
async function assertIssuerStays(tx: TenantTx, keyId: string): Promise<void> {
  const issuer = await tx.kysely
    .selectFrom('keys')
    .leftJoin('users', (join) =>
      join.onRef('users.id', '=', 'keys.user_id').onRef('users.tenant_id', '=', 'keys.tenant_id'),
    )
    .select(['keys.revoked_at', 'users.status'])
    .where('keys.id', '=', keyId)
    .executeTakeFirst()
  if (!issuer || issuer.revoked_at || issuer.status === 'deactivated') throw revokedCredential()
}

function scopeWithin(
  token: PresentedToken,
  credential: Credential,
  reach: Reach,
  permissions: TenantScope['permissions'],
): TenantScope {
  const { spaces, subject_name: name, subject_external_id: externalId } = token
  const [only, ...others] = spaces
  return mintScope<TenantScope>({
    ...reach,
    level: 'tenant',
    partnerId: token.partner_id,
    tenantId: token.tenant_id,
    ...(only !== undefined && others.length === 0 ? { boundTo: only } : {}),
    subject: { type: 'portal_token', id: token.id, name: name ?? externalId },
    permissions,
    ...requestOf(credential),
  })
}

/** The folders and all below them, as far as they lie in the spaces of the scope. */
async function readFoldersBelow(tx: TenantTx, folders: readonly string[]): Promise<string[]> {
  if (folders.length === 0) return []
  const { tenantId } = tx.scope
  const { rows } = await sql<{ id: string }>`
    with recursive below (id, space_id) as (
      select id, space_id from folders where tenant_id = ${tenantId} and id = any(${folders})
      union
      select folders.id, folders.space_id from below join folders
        on folders.tenant_id = ${tenantId} and folders.space_id = below.space_id and folders.parent_id = below.id
    )
    select id from below`.execute(tx.kysely)
  return rows.map(({ id }) => id)
}
