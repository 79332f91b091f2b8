import { ModelError } from './error.ts'

export type CircuitOptions = {
  /** Milliseconds on a clock that only goes forward. */
  now?: (() => number) | undefined
  /** Hears when a model is given a rest, and why. */
  onOpen?: ((cause: ModelError, restMs: number) => void) | undefined
}

/** Asks a model, unless it is being left alone. @throws ModelError, or what asking throws */
export type Circuit = <T>(ask: () => Promise<T>) => Promise<T>

/** Failures in a row after which it is left alone. */
const patience = 3
/** How long it is left alone at first; twice as long after each further failure, up to the last. */
const firstRestMs = 5000
const lastRestMs = 60_000

/**
 * Leaves a model alone for a while when it has failed several times in a row: one that is down costs a few searches its
 * time limit, and all others nothing. After the rest one request at a time tries whether it is back.
 */
export function createCircuit({ now = () => performance.now(), onOpen }: CircuitOptions = {}): Circuit {
  let failures = 0
  let restsUntil = 0

  const fail = (cause: ModelError) => {
    failures++
    if (failures < patience) return
    const restMs = Math.min(lastRestMs, firstRestMs * 2 ** (failures - patience))
    restsUntil = now() + restMs
    onOpen?.(cause, restMs)
  }

  return async (ask) => {
    if (failures >= patience) {
      if (now() < restsUntil)
        throw new ModelError('unavailable', 'the model did not answer lately and is left alone')
      restsUntil = Infinity // until this one is back
    }
    try {
      const answer = await ask()
      failures = 0
      restsUntil = 0
      return answer
    } catch (error) {
      if (saysItIsDown(error)) fail(error)
      else restsUntil = 0
      throw error
    }
  }
}

/** One that refuses a text is up; and whoever goes away says nothing about it. */
function saysItIsDown(error: unknown): error is ModelError {
  return error instanceof ModelError && error.reason !== 'rejected'
}
