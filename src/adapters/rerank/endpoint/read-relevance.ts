import { isRecord, malformed, readJson } from '../../model/read-json.ts'

/** Some endpoints send the texts back: a UTF-16 unit takes six bytes at most in JSON, and there are names beside it. */
const bytesPerUnit = 6
const bytesPerText = 1000
const bytesBeside = 100_000

/**
 * The relevance of each text in an answer, in the order of the texts whatever order it came in. Models that give logits
 * instead of probabilities are brought to 0 … 1 by the logistic function, which keeps their order.
 * @throws ModelError when it is not exactly one number for each text
 */
export async function readRelevance(response: Response, texts: readonly string[]): Promise<Float64Array> {
  const units = texts.reduce((sum, text) => sum + text.length, 0)
  const body = await readJson(response, bytesBeside + texts.length * bytesPerText + units * bytesPerUnit)
  const results = isRecord(body) ? body['results'] : undefined
  if (!Array.isArray(results)) throw malformed('is no list of results')
  if (results.length !== texts.length)
    throw malformed(`has ${results.length} results for ${texts.length} texts`)
  const numbers = new Float64Array(texts.length).fill(Number.NaN)
  for (const entry of results as unknown[]) {
    const [index, score] = isRecord(entry) ? [entry['index'], entry['relevance_score']] : []
    if (typeof index !== 'number' || !Number.isInteger(index) || !Number.isNaN(numbers[index] ?? 0))
      throw malformed('does not say which result is of which text')
    if (typeof score !== 'number' || !Number.isFinite(score))
      throw malformed('has something else where a relevance belongs')
    numbers[index] = score
  }
  const isProbable = numbers.every((score) => score >= 0 && score <= 1)
  return isProbable ? numbers : numbers.map((score) => 1 / (1 + Math.exp(-score)))
}
