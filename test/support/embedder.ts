import { fileURLToPath } from 'node:url'
import { openBuiltinEmbedder } from '../../src/adapters/embedder/builtin/open-embedder.ts'
import { createEmbedders } from '../../src/adapters/embedder/create-embedders.ts'
import type { NamedEmbedder } from '../../src/adapters/embedder/port.ts'

/** The folder of the model that a server takes when nothing is set. */
export const shippedModel = fileURLToPath(new URL('../../models/static-256', import.meta.url))

export const shippedEmbedder: NamedEmbedder = {
  ...(await openBuiltinEmbedder(shippedModel)),
  name: 'builtin',
  kind: 'builtin',
}

export const shippedEmbedders = createEmbedders([shippedEmbedder], shippedEmbedder)
