import type { NamedEmbedder } from '#adapters/embedder/port.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** An embedder for tests whose vectors anybody can check: how often a text has each letter. */
export function letterEmbedder(id = 'letters'): NamedEmbedder {
  return {
    id,
    name: id,
    kind: 'static',
    isRemote: false,
    isInstant: true,
    width: letters.length,
    leastCosine: 0.3,
    shareOf: (query) => (/[a-z]/.test(query) ? 0.5 : 0),
    embed(texts, signal) {
      signal.throwIfAborted()
      const counts = texts.map((text) => Array.from(letters, (letter) => text.split(letter).length - 1))
      return Promise.resolve({
        vectors: Int8Array.from(counts.flat()),
        scales: Float32Array.from(counts, (own) => lengthOf(own) && 1 / lengthOf(own)),
      })
    },
  }
}

function lengthOf(vector: readonly number[]): number {
  return Math.hypot(...vector)
}
