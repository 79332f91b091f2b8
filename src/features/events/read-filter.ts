import { getSpace } from '#features/tenancy/index.ts'
import { inputInvalid } from '#platform/errors.ts'
import type { AdminTx, TenantTx } from '#platform/db/index.ts'
import { parseId } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { namedNotFound } from './errors.ts'
import { mayNameActor, mayNameUser } from './may-name.ts'
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

/**
 * A filter as the statements take it.
 * @throws spaces.not_found, events.named_not_found, and input.invalid for a place in a chain that has none
 */
export async function readFilter(tx: TenantTx | AdminTx, query: FilterQuery): Promise<EventFilter> {
  if (tx.scope.level === 'tenant') refuseUnnamed(tx.scope, query)
  const common = {
    after: query.after,
    types: query.type?.split(','),
    actor: query.actor,
    outcome: query.outcome,
    createdAfter: query.created_after,
    createdBefore: query.created_before,
    words: query.q,
    namesActors: tx.scope.level !== 'tenant' || tx.scope.spaces === 'all',
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
    folderId: query.folder === undefined ? undefined : await findFolder(tx, query.folder),
    fileId: query.file === undefined ? undefined : await findFile(tx, query.file),
    userId: query.user === undefined ? undefined : await findUser(tx, query.user),
  }
}

/** To ask by somebody is to be told of them. */
function refuseUnnamed(scope: TenantScope, { actor, user }: FilterQuery): void {
  if (actor !== undefined && !mayNameActor(scope, actor)) throw namedNotFound()
  if (user !== undefined && !mayNameUser(scope, user)) throw namedNotFound()
}

async function findFolder(tx: TenantTx, text: string): Promise<string> {
  const id = parseId('fld', text)
  const isThere =
    id && (await tx.kysely.selectFrom('folders').select('id').where('id', '=', id).executeTakeFirst())
  if (!isThere) throw namedNotFound()
  return id
}

/** Also one that is gone: it has its events. */
async function findFile(tx: TenantTx, text: string): Promise<string> {
  const id = parseId('fil', text)
  const isThere =
    id &&
    ((await tx.kysely.selectFrom('files').select('id').where('id', '=', id).executeTakeFirst()) ??
      (await anyEvent(tx, 'file_id', id)))
  if (!isThere) throw namedNotFound()
  return id
}

/** Who is held to spaces knows of nobody who has not acted there. */
async function findUser(tx: TenantTx, text: string): Promise<string> {
  const id = parseId('usr', text)
  const isKnown =
    id &&
    tx.scope.spaces === 'all' &&
    (await tx.kysely.selectFrom('users').select('id').where('id', '=', id).executeTakeFirst())
  if (!id || !(isKnown || (await anyEvent(tx, 'user_id', id)))) throw namedNotFound()
  return id
}

function anyEvent(tx: TenantTx, column: 'file_id' | 'user_id', id: string) {
  return tx.kysely.selectFrom('events').select('id').where(column, '=', id).limit(1).executeTakeFirst()
}

function ofTenantsAlone(path: string) {
  const message = 'can be named by keys of a tenant alone'
  return inputInvalid(`${path} ${message}`, { errors: [{ path, message }] })
}
