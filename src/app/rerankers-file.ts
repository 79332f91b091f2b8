import { type Static, Type } from 'typebox'
import { noReranker } from '#adapters/rerank/port.ts'
import { EndpointUrl, readNamedEntries, weighing } from './named-entries.ts'

const closed = { additionalProperties: false }
const waiting = { timeout_ms: Type.Optional(Type.Integer({ minimum: 10, maximum: 60_000 })) }

const CohereEndpoint = Type.Object(
  {
    kind: Type.Literal('cohere'),
    url: EndpointUrl,
    model: Type.String({ minLength: 1, maxLength: 255 }),
    key_file: Type.Optional(Type.String()),
    max_chars: Type.Optional(Type.Integer({ minimum: 100, maximum: 1_000_000 })),
    ...weighing,
    ...waiting,
  },
  closed,
)
const ByEmbedder = Type.Object(
  {
    kind: Type.Literal('embedder'),
    embedder: Type.String({ minLength: 1, maxLength: 64 }),
    ...weighing,
    ...waiting,
  },
  closed,
)

const kinds = { cohere: CohereEndpoint, embedder: ByEmbedder }

export type CohereEntry = Static<typeof CohereEndpoint>
export type RerankerEntry = CohereEntry | Static<typeof ByEmbedder>

/**
 * Reads the operator's file of rerankers.
 * @throws StartRefused that names the first thing that is wrong
 */
export function readRerankersFile(file: string): Promise<[string, RerankerEntry][]> {
  return readNamedEntries({ file, what: 'rerankers', kinds, reserved: noReranker })
}
