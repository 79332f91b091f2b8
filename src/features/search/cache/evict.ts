import type { CachedSpace } from './cached-space.ts'

export type Holding = Pick<CachedSpace, 'tenantId' | 'bytes' | 'usedAt' | 'freshAt' | 'users'>

/**
 * Which indexes have to go until the rest fits: always the least recently used one of those tenants that have not asked for
 * a while, then of those that hold more than an equal share among the ones that ask. So a tenant may have all of the
 * memory while nobody else asks, and one that stays within its share never gives way to a larger one.
 * @param idleBefore tenants that asked last before this instant wait for nothing
 * @returns undefined when what may not be dropped does not fit by itself
 */
export function chooseEvictions<Space extends Holding>(
  spaces: readonly Space[],
  maxBytes: number,
  idleBefore: number,
): Space[] | undefined {
  const kept = [...spaces].sort((a, b) => a.usedAt - b.usedAt)
  const evicted: Space[] = []
  let total = kept.reduce((sum, space) => sum + space.bytes, 0)
  while (total > maxBytes) {
    const { held, asking } = countHoldings(kept, idleBefore)
    const share = maxBytes / asking.size
    const mayGo = ({ tenantId, users }: Space) =>
      users === 0 && (!asking.has(tenantId) || held.get(tenantId)! > share)
    const gone = kept.find((space) => mayGo(space) && !asking.has(space.tenantId)) ?? kept.find(mayGo)
    if (!gone) return undefined
    kept.splice(kept.indexOf(gone), 1)
    evicted.push(gone)
    total -= gone.bytes
  }
  return evicted
}

/** What each tenant holds, and which of them have asked lately. */
function countHoldings(spaces: readonly Holding[], idleBefore: number) {
  const held = new Map<string, number>()
  const asking = new Set<string>()
  for (const { tenantId, bytes, freshAt, users } of spaces) {
    held.set(tenantId, (held.get(tenantId) ?? 0) + bytes)
    if (users > 0 || freshAt >= idleBefore) asking.add(tenantId)
  }
  return { held, asking }
}
