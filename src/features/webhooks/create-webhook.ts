import type { Outside } from '#adapters/outside/port.ts'
import { readNewest, readTypes, type Sequencer } from '#features/events/index.ts'
import { getSpace, ownSpace } from '#features/tenancy/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import { chainOf } from '#platform/events/index.ts'
import { formatId, type Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { tooManyWebhooks } from './errors.ts'
import { countEndpoints, type EndpointRow, insertEndpoint } from './queries.ts'
import { originOf, readUrl } from './read-url.ts'
import { sealOf } from './sealed.ts'
import { createSecret } from './sign.ts'
import { tell } from './tell.ts'

export type ChangeDeps = {
  db: Db
  clock: Clock
  ids: Ids
  sequencer: Pick<Sequencer, 'settle'>
  outside: Outside
}

export type WebhookInput = {
  url: string
  types?: string[]
  spaces?: string[]
  description?: string
  space?: string
}

const mostEndpoints = 1000

/**
 * Makes an endpoint that is told what happens from now on. The secret is in the answer and nowhere else.
 * @throws webhooks.too_many, spaces.not_found, input.invalid
 */
export async function createWebhook<Shown>(
  scope: TenantScope,
  input: WebhookInput,
  { db, clock, ids, sequencer, outside }: ChangeDeps,
  present: (tx: TenantTx, row: EndpointRow) => Promise<Shown>,
): Promise<{ shown: Shown; secret: string }> {
  const url = readUrl(input.url, outside)
  const types = readTypes(input.types ?? [])
  const secret = createSecret()
  // What was answered before this is not told.
  await sequencer.settle(chainOf(scope))
  const shown = await db.tenant(scope, async (tx) => {
    const spaceId = await ownSpace(tx, input.space)
    if ((await countEndpoints(tx)) >= mostEndpoints) throw tooManyWebhooks()
    const id = ids.uuid()
    const now = clock.now()
    const row = await insertEndpoint(tx, {
      tenant_id: scope.tenantId,
      id,
      space_id: spaceId,
      url: await sealOf(tx, id, 'url', url),
      secret: await sealOf(tx, id, 'secret', secret),
      types,
      spaces: await readSpaces(tx, input.spaces ?? []),
      description: input.description ?? null,
      position: await readNewest(tx),
      created_by: scope.subject.id,
      created_at: now,
      updated_at: now,
    })
    await tell(tx, 'webhook.created', row, toldOf(row, url))
    return present(tx, row)
  })
  return { shown, secret }
}

/** @throws spaces.not_found */
export async function readSpaces(tx: TenantTx, references: readonly string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const reference of references) found.add((await getSpace(tx, reference)).id)
  return [...found]
}

/** What events say of an endpoint. */
export function toldOf({ types, spaces, description }: EndpointRow, url: string) {
  return { url: originOf(url), types, spaces: spaces.map((id) => formatId('spc', id)), description }
}
