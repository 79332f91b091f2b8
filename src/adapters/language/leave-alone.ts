import { createCircuit, type CircuitOptions } from '../model/create-circuit.ts'
import type { LanguageModel } from './port.ts'

/** The same model, left alone for a while when it has failed several times in a row. */
export function leaveAloneWhenDown<M extends LanguageModel>(model: M, options: CircuitOptions): M {
  const circuit = createCircuit(options)
  return { ...model, write: (...asked) => circuit(() => model.write(...asked)) }
}
