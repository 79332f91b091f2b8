import type { ErrorKind } from '#platform/errors.ts'
import { code, page, table } from './markdown.ts'

/** @param kinds the catalogue once every feature has been loaded */
export function generateErrors(kinds: ErrorKind[]): string {
  return page(
    'Errors',
    'the `defineError` calls of every feature',
    'Every failure is a problem document (RFC 9457, `application/problem+json`) with a stable `code`, a `detail` for people and the `request_id` that the log has too.',
    table(
      ['Code', 'Status', 'Title', 'Meaning'],
      kinds.map(({ code: name, status, title, meaning }) => [code(name), String(status), title, meaning]),
    ),
  )
}
