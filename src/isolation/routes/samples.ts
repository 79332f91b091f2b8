import type { Sample } from '../server/exchange.ts'
import type { Caller } from '../world/world.ts'
import type { Route } from './route-table.ts'
import { alertSamples } from './samples/alerts.ts'
import { contentInstead, contentSamples } from './samples/content.ts'
import { eventSamples } from './samples/events.ts'
import type { Making } from './samples/making.ts'
import { peopleInstead, peopleSamples } from './samples/people.ts'
import { tenancySamples } from './samples/tenancy.ts'
import { webhookInstead, webhookSamples } from './samples/webhooks.ts'

/**
 * How to call every route so that it succeeds, by the route's name. A route without an entry here, or an entry without a
 * route, fails the tests that go through the table.
 */
export const samples: Record<string, Making> = {
  ...tenancySamples,
  ...peopleSamples,
  ...contentSamples,
  ...eventSamples,
  ...webhookSamples,
  ...alertSamples,
}

/** Where an id stands in the place of what the sample of its route, or of every route, has. */
const insteadOf: Record<string, Making> = { ...peopleInstead, ...contentInstead, ...webhookInstead }

export const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method} ${path}`

export const hasSample = (route: Pick<Route, 'method' | 'path'>) => nameOf(route) in samples

/**
 * @param place of an id that is to be tried: the sample has one there
 * @throws Error naming the route that has no sample
 */
export async function sampleFor(
  route: Pick<Route, 'method' | 'path'>,
  caller: Caller,
  place?: { name: string },
): Promise<Sample> {
  const instead = place && (insteadOf[`${nameOf(route)} ${place.name}`] ?? insteadOf[place.name])
  const make = instead ?? samples[nameOf(route)]
  if (!make) throw new Error(`src/isolation/routes/samples has no sample of ${nameOf(route)}`)
  return make(caller)
}

/** Whether this key may call the route at all: its level is let in and it holds the permission. */
export function mayCall(
  { access, levels }: { access: string; levels: readonly string[] },
  { level, permissions }: Pick<Caller, 'level' | 'permissions'>,
): boolean {
  const isLetIn = levels.includes(level === 'space' ? 'tenant' : level)
  return isLetIn && (access === 'authenticated' || permissions.includes(access))
}
