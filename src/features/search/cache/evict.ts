import type { CachedSpace } from './search-indexes.ts'

type Holding = Pick<CachedSpace, 'tenantId' | 'bytes' | 'usedAt'>

/**
 * Which indexes have to go until the rest fits: always the least recently used one of those tenants that hold more
 * than an equal share. A tenant within its share is never the one to give way to a larger one.
 */
export function chooseEvictions<Space extends Holding>(spaces: readonly Space[], maxBytes: number): Space[] {
  const kept = [...spaces].sort((a, b) => a.usedAt - b.usedAt)
  const evicted: Space[] = []
  let total = kept.reduce((sum, space) => sum + space.bytes, 0)
  while (total > maxBytes) {
    const held = new Map<string, number>()
    for (const { tenantId, bytes } of kept) held.set(tenantId, (held.get(tenantId) ?? 0) + bytes)
    const share = maxBytes / held.size
    const place = kept.findIndex(({ tenantId }) => held.get(tenantId)! > share)
    const [gone] = kept.splice(place, 1)
    if (!gone) break
    evicted.push(gone)
    total -= gone.bytes
  }
  return evicted
}
