import { inParallel } from '../server/in-parallel.ts'

const tenantCount = 8
const lanes = 32
/** So many of each tenant that no two changes under way are of the same. */
const spaces = Array.from({ length: lanes / tenantCount }, (_, i) => `space-${i}`)

type Changes<Tenant> = {
  operations: number
  open: (slug: string, spaces: readonly string[]) => Promise<Tenant>
  /** One change of a tenant's space, with what it records. */
  change: (tenant: Tenant, space: string, name: string) => Promise<void>
}

/** Many changes at once, of several spaces of several tenants in turn. */
export async function timeChanges<Tenant>({ operations, open, change }: Changes<Tenant>) {
  const tenants = await Promise.all(Array.from({ length: tenantCount }, (_, i) => open(`many-${i}`, spaces)))
  const started = performance.now()
  await inParallel(
    Array.from({ length: operations }, (_, i) => i),
    lanes,
    (i) => {
      const space = spaces[Math.floor(i / tenantCount) % spaces.length]!
      return change(tenants[i % tenantCount]!, space, `named ${i}`)
    },
  )
  return { tenants, perSecond: (operations * 1000) / (performance.now() - started) }
}

export type Verification = { is_valid: boolean; checked: number; problems: unknown[] }

/**
 * @param others events of each tenant besides those of the changes and its spaces
 * @throws Error when a trail is broken, or does not hold every change
 */
export function assertRecorded(trails: readonly Verification[], operations: number, others: number): void {
  const broken = trails.find(({ is_valid: isValid }) => !isValid)
  if (broken) throw new Error(`a trail is broken: ${JSON.stringify(broken.problems)}`)
  const recorded = trails.reduce((sum, { checked }) => sum + checked - others - spaces.length, 0)
  if (recorded !== operations) throw new Error(`${recorded} of ${operations} are recorded`)
}
