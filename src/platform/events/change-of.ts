import type { Json } from './details.ts'

/** What of these was changed, as an event tells it: `{ before, after }`. */
export function changeOf<Row extends object>(
  before: Row,
  after: Row,
  names: readonly (keyof Row & string)[],
): { before: Record<string, Json>; after: Record<string, Json> } {
  const pairs = names
    .map((name) => ({ name, was: json(before[name]), is: json(after[name]) }))
    .filter(({ was, is }) => JSON.stringify(was) !== JSON.stringify(is))
  return {
    before: Object.fromEntries(pairs.map(({ name, was }) => [name, was])),
    after: Object.fromEntries(pairs.map(({ name, is }) => [name, is])),
  }
}

function json(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json)
}
