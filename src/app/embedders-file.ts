import { readFile } from 'node:fs/promises'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { StartRefused } from '#platform/errors.ts'

const closed = { additionalProperties: false }

const weighing = {
  /** What meaning gets of a hybrid score, from 0 to 1. */
  share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
}
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
    url: Type.String({ pattern: '^https?://[^/?#@]+[^?#@]*$' }),
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

const namePattern = /^[a-z0-9][a-z0-9._-]{0,63}$/
const reserved = 'builtin'

/**
 * Reads the operator's file of embedders: a JSON object, names to what they are.
 * @throws StartRefused that names the first thing that is wrong
 */
export async function readEmbeddersFile(file: string): Promise<[string, EmbedderEntry][]> {
  const refuse = (detail: string, cause?: unknown) =>
    new StartRefused(`The embedders in ${file} cannot be used: ${detail}.`, { cause })
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw refuse('the file cannot be read', cause)
  })
  const parsed = parse(text)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw refuse('it is no JSON object')
  return Object.entries(parsed as Record<string, unknown>).map(([name, entry]) => {
    if (!namePattern.test(name)) throw refuse(`"${name}" is no name: small letters, digits, ".", "_" and "-"`)
    if (name === reserved) throw refuse(`the name ${reserved} is taken`)
    const problem = problemOf(entry)
    if (problem !== undefined) throw refuse(`${name}: ${problem}`)
    return [name, entry as EmbedderEntry]
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Nothing of a value is named: it may be a key in the wrong place. */
function problemOf(entry: unknown): string | undefined {
  const kind = typeof entry === 'object' && entry !== null && 'kind' in entry ? entry.kind : undefined
  const known = Object.entries(kinds).find(([name]) => name === kind)
  if (!known) return `kind must be one of ${Object.keys(kinds).join(', ')}`
  if (Value.Check(known[1], entry)) return undefined
  const [first] = Value.Errors(known[1], entry)
  const missing = first?.keyword === 'required' ? ` (${first.params.requiredProperties.join(', ')})` : ''
  return `${first?.instancePath.slice(1) || 'it'} ${first?.message ?? 'is not valid'}${missing}`
}
