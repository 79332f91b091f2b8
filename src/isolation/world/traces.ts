import { labelsOf } from './labels.ts'
import { type Caller, type Customer, customersOf, type Place, type World } from './world.ts'

/**
 * What gives a customer away in an answer: content is what only keys of the tenant may see, records are names and ids
 * that its partner and the platform see too.
 */
function tracesOf({ tenant, partner }: Customer, places: Place[]) {
  return {
    content: places.flatMap(({ marker, file, folder, chunk, webhook, alert }) => [
      marker,
      folder.id,
      folder.name,
      file.id,
      chunk.id,
      webhook.id,
      alert.id,
      file.name,
      ...Object.values(labelsOf(file)),
    ]),
    records: places
      .filter(({ space }) => space.slug !== 'default')
      .map(({ space }) => `"${space.slug}"`)
      .concat(places.flatMap(({ space, keyId }) => [space.id, keyId]))
      .concat([tenant.id, tenant.keyId, partner.id])
      // The slug of a tenant that was there before may stand elsewhere with every right.
      .concat(partner.slug && partner.keyId ? [`"${tenant.slug}"`, partner.slug, partner.keyId] : []),
  }
}

/** The places whose content a key may read. */
export function readablePlaces({ level, customer, place }: Caller): Place[] {
  if (level === 'space') return [place]
  return level === 'tenant' ? [customer.first, customer.second] : []
}

/** What has to be found in the answers that a key gets: a check that passes on empty answers proves nothing. */
export function ownTraces(world: World, caller: Caller): string[] {
  const { level, customer } = caller
  if (level === 'space' || level === 'tenant') {
    return [...tracesOf(customer, readablePlaces(caller)).content, customer.tenant.id]
  }
  return customersOf(world)
    .filter((other) => isBelow(caller, other))
    .flatMap(({ tenant, partner }) => [tenant.id, tenant.keyId, partner.id])
}

/** What must be in no answer that a key gets. */
export function foreignTraces(world: World, caller: Caller): string[] {
  return customersOf(world).flatMap((other) => {
    const may = other === caller.customer ? readablePlaces(caller) : []
    const hidden = [other.first, other.second].filter((place) => !may.includes(place))
    const { content, records } = tracesOf(other, hidden)
    if (isBelow(caller, other)) return content
    return [...content, ...records.filter((trace) => !isOwnRecord(caller, trace))]
  })
}

/** The first foreign trace of an answer. */
export function findTrace(body: string, traces: string[]): string | undefined {
  return traces.find((trace) => body.includes(trace))
}

function isBelow({ level, customer }: Caller, other: Customer): boolean {
  return level === 'platform' || (level === 'partner' && other.partner.id === customer.partner.id)
}

/** What a tenant may know of itself and of its partner: the ids. */
function isOwnRecord({ level, customer }: Caller, trace: string): boolean {
  const { tenant, partner } = customer
  return (
    [tenant.id, `"${tenant.slug}"`, partner.id].includes(trace) ||
    (level === 'tenant' && trace === tenant.keyId)
  )
}
