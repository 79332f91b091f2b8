import { ModelError } from './error.ts'

/**
 * The JSON of an answer.
 * @param maxBytes of the longest answer that can be right: an endless one is cut off there
 * @throws ModelError
 */
export async function readJson(response: Response, maxBytes: number): Promise<unknown> {
  try {
    return JSON.parse(await readText(response, maxBytes))
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed('is no JSON')
    throw error
  }
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of response.body ?? []) {
    bytes += piece.length
    if (bytes > maxBytes) throw malformed('is longer than a right one can be')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

export function malformed(what: string): ModelError {
  return new ModelError('malformed', `the model’s answer ${what}`)
}
