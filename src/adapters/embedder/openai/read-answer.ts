import { isRecord, malformed, readJson } from '../../model/read-json.ts'

/** A number in JSON takes 25 characters at most, with its comma; the rest is names and what else an endpoint adds. */
const bytesPerNumber = 32
const bytesBeside = 1_000_000

/**
 * The vectors in an answer, in the order of the texts whatever order they came in.
 * @throws ModelError when it is not exactly one vector of `width` numbers for each of `count` texts
 */
export async function readAnswer(response: Response, count: number, width: number): Promise<Float64Array[]> {
  const body = await readJson(response, bytesBeside + count * width * bytesPerNumber)
  const data = isRecord(body) ? body['data'] : undefined
  if (!Array.isArray(data)) throw malformed('is no list of vectors')
  if (data.length !== count) throw malformed(`has ${data.length} vectors for ${count} texts`)
  const rows = new Map<number, Float64Array>()
  for (const entry of data as unknown[]) {
    const index = isRecord(entry) ? entry['index'] : undefined
    if (
      typeof index !== 'number' ||
      !Number.isInteger(index) ||
      index < 0 ||
      index >= count ||
      rows.has(index)
    )
      throw malformed('does not say which vector is of which text')
    rows.set(index, readVector(isRecord(entry) ? entry['embedding'] : undefined, width))
  }
  return Array.from({ length: count }, (_, index) => rows.get(index)!)
}

function readVector(value: unknown, width: number): Float64Array {
  if (!Array.isArray(value)) throw malformed('has something else where a vector belongs')
  if (value.length !== width) throw malformed(`has a vector of ${value.length} numbers where ${width} belong`)
  const numbers = value as unknown[]
  if (!numbers.every((one) => typeof one === 'number' && Number.isFinite(one)))
    throw malformed('has a vector of something else than numbers')
  return Float64Array.from(numbers as number[])
}
