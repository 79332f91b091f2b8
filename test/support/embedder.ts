import { fileURLToPath } from 'node:url'
import { openBuiltinEmbedder } from '../../src/adapters/embedder/builtin/open-embedder.ts'

/** The folder of the model that a server takes when nothing is set. */
export const shippedModel = fileURLToPath(new URL('../../models/static-256', import.meta.url))

export const shippedEmbedder = await openBuiltinEmbedder(shippedModel)
