import { type Static, Type } from 'typebox'
import { noModel } from '#adapters/language/port.ts'
import { EndpointUrl, readNamedEntries } from './named-entries.ts'

const OpenAiEndpoint = Type.Object(
  {
    kind: Type.Literal('openai'),
    url: EndpointUrl,
    model: Type.String({ minLength: 1, maxLength: 255 }),
    key_file: Type.Optional(Type.String()),
    timeout_ms: Type.Optional(Type.Integer({ minimum: 10, maximum: 300_000 })),
  },
  { additionalProperties: false },
)

export type ModelEntry = Static<typeof OpenAiEndpoint>

/**
 * Reads the operator's file of language models.
 * @throws StartRefused that names the first thing that is wrong
 */
export function readModelsFile(file: string): Promise<[string, ModelEntry][]> {
  return readNamedEntries({ file, what: 'models', kinds: { openai: OpenAiEndpoint }, reserved: noModel })
}
