import { type Circuit, createCircuit } from '../model/create-circuit.ts'
import type { ModelError } from '../model/error.ts'
import type { Embedder, Purpose } from './port.ts'

export type BreakOptions = {
  now?: () => number
  /** Hears when an embedder is given a rest, and why. */
  onOpen?: (purpose: Purpose, cause: ModelError, restMs: number) => void
}

/**
 * The same embedder, left alone for a while when it has failed several times in a row. Purposes are counted apart: a model
 * that is busy with documents may be too slow for queries.
 */
export function breakCircuit<E extends Embedder>(embedder: E, { now, onOpen }: BreakOptions = {}): E {
  const circuitFor = (purpose: Purpose) =>
    createCircuit({ now, onOpen: (cause, restMs) => onOpen?.(purpose, cause, restMs) })
  const circuits: Record<Purpose, Circuit> = {
    query: circuitFor('query'),
    candidate: circuitFor('candidate'),
    document: circuitFor('document'),
  }
  return {
    ...embedder,
    embed: (texts, signal, purpose) => circuits[purpose](() => embedder.embed(texts, signal, purpose)),
  }
}
