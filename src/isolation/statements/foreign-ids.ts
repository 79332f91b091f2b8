import { foreignIds, randomId } from '../routes/foreign-ids.ts'
import { type IdPlace, narrows, ownId, placesOf, withId, withValue } from '../routes/places.ts'
import type { Route } from '../routes/route-table.ts'
import { hasSample, mayCall, sampleFor } from '../routes/samples.ts'
import { createReference, differenceFrom } from '../server/compare-answers.ts'
import { exchange, type Sample } from '../server/exchange.ts'
import type { Given, NotChecked, Probe, Statement } from '../statement.ts'
import { visibleState } from '../world/visible-state.ts'
import type { Caller, World } from '../world/world.ts'

/** Every route × every place that holds an id × every key that may call × every kind of id that is not its own. */
export const foreignIdsStatement: Statement = {
  id: 'foreign-ids',
  proves: ['I11', 'I13'],
  title:
    'In every place of every route, an id of somebody else is answered to the byte as an id that nobody has, and changes nothing.',
  async *examine(given) {
    for (const route of given.routes) if (route.access !== 'public') yield* examineRoute(given, route)
  },
  expectedProbes: ({ world, routes }) =>
    routes.flatMap((route) => placesOf(route).places.map(() => route)).length * world.callers.length * 10,
}

async function* examineRoute({ world }: Given, route: Route): AsyncGenerator<Probe[] | NotChecked> {
  const { places, unknown } = placesOf(route)
  for (const field of unknown) {
    yield { notChecked: `${route.name}: ${field}`, why: 'nobody has said whether it holds an id' }
  }
  if (!hasSample(route)) {
    yield { notChecked: route.name, why: 'no sample' }
    return
  }
  if (places.length === 0) return
  const callers = world.callers.filter((caller) => mayCall(route, caller))
  if (callers.length === 0) {
    yield { notChecked: route.name, why: 'it takes a key that was not given' }
    return
  }
  const before = await visibleState(world)
  for (const place of places) {
    if (place.kind === 'partner' && !world.platform) {
      yield {
        notChecked: `${route.name}: ${place.part}.${place.name}`,
        why: 'only a platform key names partners',
      }
      continue
    }
    yield [control(world, route, place, callers)]
    for (const caller of callers) yield* examinePlace(world, route, place, caller)
  }
  yield [
    {
      request: `${route.name}: what the others see of their own, before and after`,
      run: async () => ((await visibleState(world)) === before ? undefined : 'something of them has changed'),
    },
  ]
}

/** The same call with the caller's own id has to succeed for one of them at least. */
function control({ server }: World, route: Route, place: IdPlace, callers: Caller[]): Probe {
  return {
    request: `${route.name}: ${place.part}.${place.name} with the own id`,
    isControl: true,
    run: async () => {
      const statuses = []
      for (const caller of callers) {
        const sample = await sampleFor(route, caller, place)
        const own =
          place.part === 'params' || isUsedUp(place)
            ? sample
            : withId(sample, place, ownId(caller, place.kind))
        const { status } = await exchange(server, caller.key, route, own)
        if (status < 300) return undefined
        statuses.push(status)
      }
      return `no key succeeds: ${statuses.join(', ')}`
    },
  }
}

/** What of one's own these name is gone afterwards: the sample has made something for it. */
const isUsedUp = ({ name }: IdPlace) => name === 'ids'

async function* examinePlace(
  world: World,
  route: Route,
  place: IdPlace,
  caller: Caller,
): AsyncGenerator<Probe[]> {
  // Nothing of it is used up by a call that is refused.
  const sample = await sampleFor(route, caller, place)
  const call = (changed: Sample) => exchange(world.server, caller.key, route, changed)
  const subject = `${route.name}: ${caller.level} key ${caller.keyId}, ${place.part}.${place.name}`
  const nobodys = await createReference(() => call(withId(sample, place, randomId(place.kind))))
  const { status } = nobodys.latest
  const foreign = foreignIds(world, caller, place.kind)
  yield [
    {
      request: `${subject} = a random one`,
      run: async () =>
        [404, 422].includes(status) || (narrows(place) && status === 200)
          ? undefined
          : `was answered with ${status}`,
    },
    ...foreign.map(({ what, id }) => ({
      request: `${subject} = ${what} (${id})`,
      run: async () => differenceFrom(nobodys, () => call(withId(sample, place, id))),
    })),
  ]
  if (!place.isList || status === 200) return
  const own = ownId(caller, place.kind)
  const behindOwn = await createReference(() => call(withValue(sample, place, [own, randomId(place.kind)])))
  yield foreign
    .filter(({ id }) => id !== own)
    .map(({ what, id }) => ({
      request: `${subject} = the own one and ${what} (${id})`,
      run: async () => differenceFrom(behindOwn, () => call(withValue(sample, place, [own, id]))),
    }))
}
