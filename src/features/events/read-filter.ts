import { getSpace } from '#features/tenancy/index.ts'
import { inputInvalid } from '#platform/errors.ts'
import type { AdminTx, TenantTx } from '#platform/db/index.ts'
import { type IdPrefix, parseId } from '#platform/ids.ts'
import type { EventFilter } from './queries.ts'

export type FilterQuery = {
  type?: string
  space?: string
  folder?: string
  file?: string
  user?: string
  actor?: string
  outcome?: string
  q?: string
  created_after?: string
  created_before?: string
  after?: number | undefined
  request_id?: string
}

/** What nobody has: a folder that is gone and one that never was are the same. */
const nobodys = '00000000-0000-0000-0000-000000000000'

/**
 * A filter as the statements take it. Of places and people that are no more events are still asked for, so only a space
 * has to be there.
 * @throws spaces.not_found, and input.invalid for a place in a chain that has none
 */
export async function readFilter(tx: TenantTx | AdminTx, query: FilterQuery): Promise<EventFilter> {
  const common = {
    after: query.after,
    types: query.type?.split(','),
    actor: query.actor,
    outcome: query.outcome,
    createdAfter: query.created_after,
    createdBefore: query.created_before,
    words: query.q,
    requestId: query.request_id,
  }
  if ('enter' in tx) {
    const given = (['space', 'folder', 'file', 'user'] as const).find((name) => query[name] !== undefined)
    if (given !== undefined) throw ofTenantsAlone(given)
    return common
  }
  return {
    ...common,
    spaceId: query.space === undefined ? undefined : (await getSpace(tx, query.space)).id,
    folderId: idOf('fld', query.folder),
    fileId: idOf('fil', query.file),
    userId: idOf('usr', query.user),
  }
}

function idOf(prefix: IdPrefix, text: string | undefined): string | undefined {
  return text === undefined ? undefined : (parseId(prefix, text) ?? nobodys)
}

function ofTenantsAlone(path: string) {
  const message = 'can be named by keys of a tenant alone'
  return inputInvalid(`${path} ${message}`, { errors: [{ path, message }] })
}
