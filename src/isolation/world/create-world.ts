import { createCustomer, createPartner, type Ground, lookUp } from './create-customer.ts'
import { waitForFiles } from './wait-for-files.ts'
import { nameRun } from './name-run.ts'
import { callersOf, type Customer, customersOf, type World } from './world.ts'

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

async function populated(world: Omit<World, 'callers'>): Promise<World> {
  await waitForFiles(customersOf(world).flatMap(({ first, second }: Customer) => [first, second]))
  return { ...world, callers: callersOf(world, world.own) }
}
