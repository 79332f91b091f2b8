import type { TenantTx } from '#platform/db/index.ts'
import { inputInvalid } from '#platform/errors.ts'
import { getSpace } from './queries.ts'

/**
 * The space that something new belongs to: the one it names, else the one its maker's key is bound to.
 * @returns null for the whole tenant
 * @throws spaces.not_found; input.invalid where who may not see all of the tenant names none
 */
export async function ownSpace(tx: TenantTx, named: string | undefined): Promise<string | null> {
  const { boundTo, spaces } = tx.scope
  if (named !== undefined) return (await getSpace(tx, named)).id
  if (boundTo !== undefined) return boundTo
  if (spaces === 'all') return null
  const message = 'has to be named by who may not see all of the tenant'
  throw inputInvalid(`space ${message}`, { errors: [{ path: 'space', message }] })
}
