import { type TenantTx } from '#platform/db/index.ts'
import { parseId } from '#platform/ids.ts'
import { folderNotFound } from './errors.ts'

/** @throws folders.not_found for an id of somebody else's, an unknown one, and text that is no id */
export async function getFolder(tx: TenantTx, text: string) {
  const id = parseId('fld', text)
  const row =
    id &&
    (await tx.kysely.selectFrom('folders').select(['id', 'space_id']).where('id', '=', id).executeTakeFirst())
  if (!row) throw folderNotFound()
  return row
}
