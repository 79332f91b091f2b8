import { type Static, Type } from 'typebox'
import { EndpointUrl, readNamedEntries, weighing } from './named-entries.ts'

const closed = { additionalProperties: false }

const prompting = {
  /** Texts with a smaller cosine have nothing to do with one another. */
  least_cosine: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  query_prefix: Type.Optional(Type.String({ maxLength: 1000 })),
  document_prefix: Type.Optional(Type.String({ maxLength: 1000 })),
  query_timeout_ms: Type.Optional(Type.Integer({ minimum: 10, maximum: 60_000 })),
}

const StaticTable = Type.Object(
  { kind: Type.Literal('static'), directory: Type.Optional(Type.String()), ...weighing },
  closed,
)
const OnnxModel = Type.Object(
  {
    kind: Type.Literal('onnx'),
    directory: Type.String(),
    threads: Type.Optional(Type.Integer({ minimum: 1, maximum: 256 })),
    ...weighing,
    ...prompting,
  },
  closed,
)
const OpenAiEndpoint = Type.Object(
  {
    kind: Type.Literal('openai'),
    url: EndpointUrl,
    model: Type.String({ minLength: 1, maxLength: 255 }),
    width: Type.Integer({ minimum: 1, maximum: 4096 }),
    dimensions: Type.Optional(Type.Boolean()),
    key_file: Type.Optional(Type.String()),
    max_chars: Type.Optional(Type.Integer({ minimum: 100, maximum: 1_000_000 })),
    batch_size: Type.Optional(Type.Integer({ minimum: 1, maximum: 2048 })),
    document_timeout_ms: Type.Optional(Type.Integer({ minimum: 100, maximum: 600_000 })),
    ...weighing,
    ...prompting,
  },
  closed,
)

const kinds = { static: StaticTable, onnx: OnnxModel, openai: OpenAiEndpoint }

export type StaticEntry = Static<typeof StaticTable>
export type OnnxEntry = Static<typeof OnnxModel>
export type OpenAiEntry = Static<typeof OpenAiEndpoint>
export type EmbedderEntry = StaticEntry | OnnxEntry | OpenAiEntry

/**
 * Reads the operator's file of embedders.
 * @throws StartRefused that names the first thing that is wrong
 */
export function readEmbeddersFile(file: string): Promise<[string, EmbedderEntry][]> {
  return readNamedEntries({ file, what: 'embedders', kinds, reserved: 'builtin' })
}
