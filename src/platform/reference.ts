import { type IdPrefix, parseId } from './ids.ts'

export type Reference = { column: 'id'; value: string } | { column: 'slug'; value: string } | undefined

/** An id or a slug; text that is neither refers to nothing, and never reaches the database. */
export function parseReference(prefix: IdPrefix, text: string): Reference {
  const id = parseId(prefix, text)
  if (id) return { column: 'id', value: id }
  return /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/.test(text) ? { column: 'slug', value: text } : undefined
}
