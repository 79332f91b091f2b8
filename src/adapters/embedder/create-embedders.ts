import type { Embedders, NamedEmbedder } from './port.ts'

/** The embedders of a server, to be looked up by name and id. */
export function createEmbedders(all: readonly NamedEmbedder[], fallback: NamedEmbedder): Embedders {
  return {
    all,
    default: fallback,
    named: (name) => all.find((one) => one.name === name),
    withId: (id) => all.find((one) => one.id === id),
  }
}
