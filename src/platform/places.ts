import type { TenantScope } from './scope/index.ts'

/** Takes a place of the scope's tenant; undefined when all are taken. Whoever has one gives it back by disposing of it. */
export type Places = (scope: TenantScope) => Disposable | undefined

/** So many at a time for each tenant, in this process. */
export function createPlaces(ofEach: number): Places {
  const taken = new Map<string, number>()
  return ({ tenantId }) => {
    const count = taken.get(tenantId) ?? 0
    if (count >= ofEach) return undefined
    taken.set(tenantId, count + 1)
    return {
      [Symbol.dispose]: () => {
        const left = (taken.get(tenantId) ?? 1) - 1
        if (left === 0) taken.delete(tenantId)
        else taken.set(tenantId, left)
      },
    }
  }
}
