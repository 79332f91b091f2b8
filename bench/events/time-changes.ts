import { inParallel } from '../server/in-parallel.ts'

const tenantCount = 8
const lanes = 32

type Changes<Tenant> = {
  operations: number
  open: (slug: string) => Promise<Tenant>
  /** One change of a tenant, with what it records. */
  change: (tenant: Tenant, name: string) => Promise<void>
}

/** Many changes at once, of several tenants in turn. */
export async function timeChanges<Tenant>({ operations, open, change }: Changes<Tenant>) {
  const tenants = await Promise.all(Array.from({ length: tenantCount }, (_, i) => open(`many-${i}`)))
  const started = performance.now()
  await inParallel(
    Array.from({ length: operations }, (_, i) => i),
    lanes,
    (i) => change(tenants[i % tenantCount]!, `named ${i}`),
  )
  return { tenants, perSecond: (operations * 1000) / (performance.now() - started) }
}

export type Verification = { is_valid: boolean; checked: number; problems: unknown[] }

/**
 * @param others events of each tenant besides those of the changes
 * @throws Error when a trail is broken, or does not hold every change
 */
export function assertRecorded(trails: readonly Verification[], operations: number, others: number): void {
  const broken = trails.find(({ is_valid: isValid }) => !isValid)
  if (broken) throw new Error(`a trail is broken: ${JSON.stringify(broken.problems)}`)
  const recorded = trails.reduce((sum, { checked }) => sum + checked - others, 0)
  if (recorded !== operations) throw new Error(`${recorded} of ${operations} are recorded`)
}
