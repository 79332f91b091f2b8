import { readNewest, readTypes } from '#features/events/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { chainOf, changeOf } from '#platform/events/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { type ChangeDeps, readSpaces, toldOf, type WebhookInput } from './create-webhook.ts'
import { deleteEndpoint, type EndpointRow, lockEndpoint, updateEndpoint } from './queries.ts'
import { readUrl } from './read-url.ts'
import { endpointPlace, openUrl, sealOf } from './sealed.ts'
import { createSecret } from './sign.ts'
import { tell } from './tell.ts'

export type WebhookChange = Partial<Omit<WebhookInput, 'space' | 'description'>> & {
  description?: string | null
}

/** @throws webhooks.not_found, spaces.not_found, input.invalid */
export async function updateWebhook(
  tx: TenantTx,
  id: string,
  { url, types, spaces, description }: WebhookChange,
  { clock, outside }: Pick<ChangeDeps, 'clock' | 'outside'>,
): Promise<EndpointRow> {
  const before = await lockEndpoint(tx, id)
  const urlBefore = openUrl(await tx.keys(), before)
  const urlAfter = url === undefined ? urlBefore : readUrl(url, outside)
  const after = await updateEndpoint(tx, before.id, {
    ...(url === undefined ? {} : { url: await sealOf(tx, before.id, 'url', urlAfter), failures: 0 }),
    ...(types === undefined ? {} : { types: readTypes(types) }),
    ...(spaces === undefined ? {} : { spaces: await readSpaces(tx, spaces) }),
    ...(description === undefined ? {} : { description }),
    updated_at: clock.now(),
  })
  const told = { before: toldOf(before, urlBefore), after: toldOf(after, urlAfter) }
  await tell(
    tx,
    'webhook.updated',
    after,
    changeOf(told.before, told.after, ['url', 'types', 'spaces', 'description']),
  )
  return after
}

/** Makes another secret; for a while both sign. @throws webhooks.not_found */
export async function rotateSecret(
  tx: TenantTx,
  id: string,
  overlapSeconds: number,
  { clock }: Pick<ChangeDeps, 'clock'>,
): Promise<{ row: EndpointRow; secret: string }> {
  const before = await lockEndpoint(tx, id)
  const secret = createSecret()
  const now = clock.now()
  const old = (await tx.keys()).unsealText(endpointPlace(before.id, 'secret'), before.secret)
  const kept =
    overlapSeconds === 0
      ? { previous_secret: null, previous_until: null }
      : {
          previous_secret: await sealOf(tx, before.id, 'previous_secret', old),
          previous_until: new Date(now.getTime() + overlapSeconds * 1000),
        }
  const row = await updateEndpoint(tx, before.id, {
    secret: await sealOf(tx, before.id, 'secret', secret),
    ...kept,
    updated_at: now,
  })
  await tell(tx, 'webhook.rotated', row, { overlap_seconds: overlapSeconds })
  return { row, secret }
}

/** From now on: what happened while it was disabled is sent by a replay. @throws webhooks.not_found */
export async function enableWebhook(
  scope: TenantScope,
  id: string,
  { db, clock, sequencer }: Pick<ChangeDeps, 'db' | 'clock' | 'sequencer'>,
): Promise<EndpointRow> {
  await sequencer.settle(chainOf(scope))
  return db.tenant(scope, async (tx) => {
    const before = await lockEndpoint(tx, id)
    const row = await updateEndpoint(tx, before.id, {
      status: 'active',
      disabled_reason: null,
      disabled_at: null,
      failures: 0,
      ...(before.status === 'active' ? {} : { position: await readNewest(tx) }),
      updated_at: clock.now(),
    })
    await tell(tx, 'webhook.enabled', row)
    return row
  })
}

export type DisabledReason = 'requested' | 'gone' | 'failing'

/** One that is disabled stays as it was. @throws webhooks.not_found */
export async function disableWebhook(
  tx: TenantTx,
  id: string,
  { clock }: Pick<ChangeDeps, 'clock'>,
): Promise<EndpointRow> {
  return disableLocked(tx, await lockEndpoint(tx, id), 'requested', clock.now())
}

export async function disableLocked(
  tx: TenantTx,
  before: EndpointRow,
  reason: DisabledReason,
  now: Date,
): Promise<EndpointRow> {
  const row =
    before.status === 'disabled'
      ? before
      : await updateEndpoint(tx, before.id, {
          status: 'disabled',
          disabled_reason: reason,
          disabled_at: now,
          updated_at: now,
        })
  await tell(tx, 'webhook.disabled', row, { reason: row.disabled_reason })
  return row
}

/** Nothing is sent to it any more, and its deliveries go with it. @throws webhooks.not_found */
export async function deleteWebhook(tx: TenantTx, id: string): Promise<void> {
  const row = await lockEndpoint(tx, id)
  await tell(tx, 'webhook.deleted', row)
  await deleteEndpoint(tx, row.id)
}
