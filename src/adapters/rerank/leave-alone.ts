import { createCircuit, type CircuitOptions } from '../model/create-circuit.ts'
import type { Reranker } from './port.ts'

/** The same reranker, left alone for a while when it has failed several times in a row. */
export function leaveAloneWhenDown<R extends Reranker>(reranker: R, options: CircuitOptions): R {
  const circuit = createCircuit(options)
  return { ...reranker, judge: (...asked) => circuit(() => reranker.judge(...asked)) }
}
