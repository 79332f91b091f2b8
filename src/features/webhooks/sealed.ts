import type { TenantTx } from '#platform/db/index.ts'
import type { Place, TenantKeys } from '#platform/vault/index.ts'

export type EndpointColumn = 'url' | 'secret' | 'previous_secret'

export function endpointPlace(row: string, column: EndpointColumn): Place {
  return { table: 'webhook_endpoints', row, column }
}

/** How a receiver answered: its words may repeat what it was sent. */
export function answerOfDelivery(row: string): Place {
  return { table: 'webhook_deliveries', row, column: 'answer' }
}

export async function sealOf(tx: TenantTx, id: string, column: EndpointColumn, text: string) {
  const { sealer } = await tx.sealing()
  return sealer.sealText(endpointPlace(id, column), text)
}

export function openUrl(keys: TenantKeys, { id, url }: { id: string; url: Buffer }): string {
  return keys.unsealText(endpointPlace(id, 'url'), url)
}

type Secrets = { id: string; secret: Buffer; previous_secret: Buffer | null; previous_until: Date | null }

/** Those that sign now: the current one, and the one before it until its time is over. */
export function openSecrets(keys: TenantKeys, row: Secrets, now: Date): string[] {
  const { id, previous_secret: previous, previous_until: until } = row
  const current = keys.unsealText(endpointPlace(id, 'secret'), row.secret)
  if (!previous || !until || until <= now) return [current]
  return [current, keys.unsealText(endpointPlace(id, 'previous_secret'), previous)]
}
