import type { NamedReranker, Rerankers } from './port.ts'

/** The rerankers of a server, to be looked up by name. */
export function createRerankers(all: readonly NamedReranker[], defaultName: string): Rerankers {
  return { all, defaultName, named: (name) => all.find((one) => one.name === name) }
}
