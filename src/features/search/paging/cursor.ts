import { createHash } from 'node:crypto'
import { cursorInvalid } from '#http/index.ts'
import { isUuid } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import type { Choice } from '../rank/choose-hits.ts'
import type { RankedChunk } from '../read-ranked.ts'

export type Position = NonNullable<Choice['after']>

/**
 * Names a question by what decides which results it has and in which order, and by who asks. What is only shown with them
 * may be another thing on each page.
 */
export function questionOf({ tenantId, spaces }: TenantScope, asked: object): string {
  const shown = new Set([
    'cursor',
    'limit',
    'highlight',
    'explain',
    'context',
    'facets',
    'facet_values',
    'chunks_per_file',
  ])
  const fields = Object.entries(asked).filter(([name]) => !shown.has(name))
  const readable = spaces === 'all' ? spaces : [...spaces].sort()
  const text = JSON.stringify([tenantId, readable, Object.fromEntries(fields)], withSortedKeys)
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}

function withSortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Where a search goes on: after a place, or within a window of reranked finds with what of it was not shown yet. */
export type Cursor =
  | { after: Position; shown?: undefined }
  | { after?: undefined; shown: ReadonlySet<string> }

/** It holds nothing that its caller was not shown, and opens nothing. */
export function encodeCursor(question: string, { after, shown }: Cursor): string {
  const fields = shown
    ? ['shown', ...shown]
    : [after.fileId, after.versionId, after.ordinal, after.score, after.createdAt]
  return Buffer.from([question, ...fields].join(' ')).toString('base64url')
}

/** Where a result stands. */
export function positionOf({ file_id, version_id, ordinal, score, createdAt }: RankedChunk): Position {
  return { fileId: file_id, versionId: version_id, ordinal, score, createdAt }
}

/** @throws input.invalid when the text is no cursor of this question, whatever else it is */
export function decodeCursor(cursor: string, question: string): Cursor {
  const [asked, ...fields] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ')
  if (asked !== question) throw cursorInvalid()
  return fields[0] === 'shown' ? { shown: new Set(fields.slice(1)) } : { after: decodePosition(fields) }
}

/** @throws input.invalid */
function decodePosition([fileId = '', versionId = '', ...texts]: string[]): Position {
  const [ordinal = NaN, score = NaN, createdAt = NaN] = texts.map(Number)
  const isWhole = Number.isInteger(ordinal) && Number.isInteger(createdAt) && Number.isFinite(score)
  if (!isUuid(fileId) || !isUuid(versionId) || !isWhole || texts.length !== 3) throw cursorInvalid()
  return { fileId, versionId, ordinal, score, createdAt }
}
