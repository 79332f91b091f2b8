import { chainOf } from '#platform/events/index.ts'
import type { Scope } from '#platform/scope/index.ts'
import { outlive } from './outlive.ts'

export type Collector<S extends Scope, Item> = {
  /** Takes no time; what comes while too much waits is dropped. */
  add: (scope: S, item: Item) => void
  /** Hands over what waits, if any of it is asked for, and waits for what is being written. */
  written: (isWanted: (item: Item, scope: S) => boolean) => Promise<void>
  /** Hands over what is left, and no more. */
  close: () => Promise<void>
}

type Options<S extends Scope, Item> = {
  /** A kill costs what came in the last so many milliseconds. */
  everyMs: number
  most: number
  /** Items of callers who are held to the same walls, under the scope of the first of them. Never fails. */
  write: (scope: S, items: readonly Item[]) => Promise<void>
}

/** Whoever goes away meanwhile, what they left is written; the database's own time limit ends it. */
const never = new AbortController().signal

/** Keeps items in memory for a while and has those of the same tenant and spaces written together: no request waits for it. */
export function collectByWalls<S extends Scope, Item>({
  everyMs,
  most,
  write,
}: Options<S, Item>): Collector<S, Item> {
  let waiting = new Map<string, { scope: S; items: Item[] }>()
  let count = 0
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()

  const writeAll = async (batch: Iterable<{ scope: S; items: Item[] }>) => {
    for (const { scope, items } of batch) await write(scope, items)
  }
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const batch = waiting
    waiting = new Map()
    count = 0
    writing = writing.then(() => writeAll(batch.values()))
    return writing
  }
  return {
    add(scope, item) {
      if (count >= most) return
      const key = wallsOf(scope)
      const own = waiting.get(key) ?? { scope: outlive(scope, never), items: [] }
      own.items.push(item)
      waiting.set(key, own)
      count++
      timer ??= setTimeout(() => void flush(), everyMs).unref()
    },
    async written(isWanted) {
      const isWaiting = [...waiting.values()].some(({ scope, items }) =>
        items.some((item) => isWanted(item, scope)),
      )
      await (isWaiting ? flush() : writing)
    },
    close: flush,
  }
}

function wallsOf(scope: Scope): string {
  const { id } = chainOf(scope)
  return scope.level === 'tenant' ? `${id} ${String(scope.spaces)}` : id
}
