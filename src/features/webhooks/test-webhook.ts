import { formatId } from '#platform/ids.ts'
import type { Places } from '#platform/places.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import type { ChangeDeps } from './create-webhook.ts'
import { tooManyTests } from './errors.ts'
import { type EndpointRow, getEndpoint } from './queries.ts'
import { openSecrets, openUrl } from './sealed.ts'
import { send } from './send.ts'
import { tell } from './tell.ts'

/**
 * Sends a message that tells of nothing, once and at once, also to an endpoint that is disabled.
 * @param places where each tenant waits for its receivers
 * @returns what came of it
 * @throws webhooks.not_found, webhooks.too_many_tests
 */
export async function testWebhook(
  scope: TenantScope,
  id: string,
  { db, clock, ids, outside }: Omit<ChangeDeps, 'sequencer'>,
  places: Places,
) {
  using place = places(scope)
  const at = clock.now()
  const { url, secrets, row } = await db.tenant(scope, async (tx) => {
    const row = await getEndpoint(tx, id)
    if (!place) throw tooManyTests(undefined, { retryAfterSeconds: 15 })
    await tell(tx, 'webhook.tested', row)
    const keys = await tx.keys()
    return { row, url: openUrl(keys, row), secrets: openSecrets(keys, row, at) }
  })
  const message = {
    id: formatId('msg', ids.uuid()),
    at,
    body: JSON.stringify(testEvent(scope, row, at)),
  }
  const started = performance.now()
  const outcome = await send({ url, secrets, message }, scope.signal, outside)
  const tookMs = Math.round(performance.now() - started)
  return { id: message.id, is_delivered: outcome.failure === null, ...outcome, took_ms: tookMs }
}

/** In the shape of an event. No event has the id 0. */
function testEvent({ tenantId, subject }: TenantScope, row: EndpointRow, at: Date) {
  return {
    id: 0,
    type: 'webhook.test',
    tenant_id: formatId('ten', tenantId),
    space_id: row.space_id && formatId('spc', row.space_id),
    folder_id: null,
    file_id: null,
    subject: { type: 'webhook', id: formatId('whk', row.id), name: row.description },
    actor: { type: subject.type, id: formatId('key', subject.id), name: subject.name },
    acting_as: null,
    outcome: 'done',
    data: {},
    created_at: at.toISOString(),
  }
}
