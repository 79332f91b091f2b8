import { made } from '../server/replies.ts'
import type { Server } from '../server/server.ts'
import { createCustomer, createPartner, furnishCustomer, type Ground, lookUp } from './create-customer.ts'
import { waitForFiles } from './wait-for-files.ts'
import { nameRun } from './name-run.ts'
import { callersOf, type Customer, customersOf, type Place, type Run, type World } from './world.ts'

/**
 * Two partners and three tenants of the check's own, with a platform key. Everything in it can be found by its name
 * again, also by a later run.
 * @throws Error naming the request that failed
 */
export async function createWorld(ground: Ground, run = nameRun()): Promise<World> {
  const platform = await lookUp(ground, ground.keys.platform)
  const own = await createCustomer(ground, run, 'alder')
  const sibling = await createCustomer(ground, run, 'birch', own.partner)
  const stranger = await createCustomer(ground, run, 'cedar', await createPartner(ground, run, 'cedar'))
  return populated({ server: ground, run, own, sibling, stranger, platform })
}

/** The same within two tenants that exist, in spaces of its own, for whoever has no platform key. */
export async function createWorldWithin(
  server: Server,
  [ownKey, strangerKey]: [string, string],
  run: Run,
): Promise<World> {
  const own = await furnishCustomer(server, run, 'alder', ownKey)
  const stranger = await furnishCustomer(server, run, 'cedar', strangerKey)
  return populated({ server, run, own, sibling: undefined, stranger, platform: undefined })
}

async function populated(world: Omit<World, 'callers'>): Promise<World> {
  const places = customersOf(world).flatMap(({ first, second }: Customer) => [first, second])
  await waitForFiles(places)
  for (const place of places) place.chunk = await readFirstChunk(place)
  return { ...world, callers: callersOf(world, world.own) }
}

async function readFirstChunk({ api, file }: Place): Promise<{ id: string }> {
  const { data } = made(await api.get<{ data: { id: string }[] }>(`/v1/files/${file.id}/chunks?limit=1`), 200)
  const [chunk] = data
  if (!chunk) throw new Error(`${file.id} has no chunk.`)
  return chunk
}
