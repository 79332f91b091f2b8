import { below, type Endpoint, type Limits, postJson } from '../../model/post-json.ts'
import { readAnswer } from './read-answer.ts'

export type EmbeddingEndpoint = Endpoint & {
  model: string
  /** Numbers that each vector has to have. */
  width: number
  /** Whether the endpoint is told the width; models of a fixed one refuse to be. */
  sendsDimensions: boolean
}

/**
 * One request, and one vector a text in the order of the texts.
 * @throws Refused, ModelError
 */
export function requestEmbeddings(
  { url, key, model, width, sendsDimensions }: EmbeddingEndpoint,
  texts: readonly string[],
  limits: Limits,
): Promise<Float64Array[]> {
  const body = {
    model,
    input: texts,
    encoding_format: 'float',
    ...(sendsDimensions ? { dimensions: width } : {}),
  }
  return postJson({ url: below(url, 'embeddings'), key }, body, limits, (response) =>
    readAnswer(response, texts.length, width),
  )
}
