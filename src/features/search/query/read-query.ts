import { inputInvalid } from '#platform/errors.ts'
import { tokenise } from '../terms/tokenise.ts'
import { parseQuery, type Query } from './parse-query.ts'

/** More than people write. The two most frequent words of English in a row take 5 ms among 10,000 chunks. */
const maxConditions = 32
const maxConditionWords = 200

/**
 * Reads a query that somebody sent.
 * @throws input.invalid
 */
export function readQuery(text: string): Query {
  const query = parseQuery(text)
  const conditions = [
    ...query.wanted.flatMap((part) => (part.isPhrase ? [part.text] : [])),
    ...query.excluded,
  ]
  const words = conditions.reduce((sum, condition) => sum + tokenise(condition).length, 0)
  if (conditions.length > maxConditions || words > maxConditionWords) {
    const message = `must have at most ${maxConditions} phrases and exclusions with ${maxConditionWords} words together`
    throw inputInvalid('The query has too many phrases or exclusions.', {
      errors: [{ path: 'query', message }],
    })
  }
  return query
}
