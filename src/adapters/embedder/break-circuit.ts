import { type Embedder, EmbedderError, type Embeddings, type Purpose } from './port.ts'

export type CircuitOptions = {
  /** Milliseconds on a clock that only goes forward. */
  now?: () => number
  /** Hears when an embedder is given a rest, and why. */
  onOpen?: (purpose: Purpose, cause: EmbedderError, restMs: number) => void
}

/** Failures in a row after which it is left alone. */
const patience = 3
/** How long it is left alone at first; twice as long after each further failure, up to the last. */
const firstRestMs = 5000
const lastRestMs = 60_000

type Circuit = { failures: number; restsUntil: number }

/**
 * The same embedder, left alone for a while when it has failed several times in a row: one that is down costs a few
 * queries its time limit, and all others nothing. After the rest one request at a time tries whether it is back. Queries
 * and documents are counted apart: a model that is busy with documents may be too slow for queries.
 */
export function breakCircuit<E extends Embedder>(embedder: E, options: CircuitOptions = {}): E {
  const { now = () => performance.now(), onOpen } = options
  const circuits: Record<Purpose, Circuit> = {
    query: { failures: 0, restsUntil: 0 },
    document: { failures: 0, restsUntil: 0 },
  }

  const fail = (purpose: Purpose, cause: EmbedderError) => {
    const circuit = circuits[purpose]
    circuit.failures++
    if (circuit.failures < patience) return
    const restMs = Math.min(lastRestMs, firstRestMs * 2 ** (circuit.failures - patience))
    circuit.restsUntil = now() + restMs
    onOpen?.(purpose, cause, restMs)
  }

  const embed = async (
    texts: readonly string[],
    signal: AbortSignal,
    purpose: Purpose,
  ): Promise<Embeddings> => {
    const circuit = circuits[purpose]
    if (circuit.failures >= patience) {
      if (now() < circuit.restsUntil)
        throw new EmbedderError('unavailable', 'the embedder did not answer lately and is left alone')
      circuit.restsUntil = Infinity // until this one is back
    }
    try {
      const embeddings = await embedder.embed(texts, signal, purpose)
      circuits[purpose] = { failures: 0, restsUntil: 0 }
      return embeddings
    } catch (error) {
      if (saysItIsDown(error)) fail(purpose, error)
      else circuit.restsUntil = 0
      throw error
    }
  }
  return { ...embedder, embed }
}

/** One that refuses a text is up; and whoever goes away says nothing about it. */
function saysItIsDown(error: unknown): error is EmbedderError {
  return error instanceof EmbedderError && error.reason !== 'rejected'
}
