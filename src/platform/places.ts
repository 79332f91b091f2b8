/** Takes a place for `id`; undefined when all of its places are taken. Whoever has one gives it back by disposing of it. */
export type Places = (id: string) => Disposable | undefined

/** So many at a time for each id, in this process. */
export function createPlaces(ofEach: number): Places {
  const taken = new Map<string, number>()
  return (id) => {
    const count = taken.get(id) ?? 0
    if (count >= ofEach) return undefined
    taken.set(id, count + 1)
    return {
      [Symbol.dispose]: () => {
        const left = (taken.get(id) ?? 1) - 1
        if (left === 0) taken.delete(id)
        else taken.set(id, left)
      },
    }
  }
}
