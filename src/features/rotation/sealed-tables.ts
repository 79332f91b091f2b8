import { type RawBuilder, sql } from 'kysely'
import { answerPlace } from '#features/access/index.ts'
import { chunkPlace, type VersionColumn, versionPlace } from '#features/files/index.ts'
import { blockPlace, queryPlace, vectorsPlace } from '#features/search/index.ts'
import { answerOfDelivery, type EndpointColumn, endpointPlace } from '#features/webhooks/index.ts'
import type { Place } from '#platform/vault/index.ts'

/** A table whose rows hold sealed columns, with the key by which it is gone through. */
export type SealedTable = {
  table:
    | 'chunks'
    | 'versions'
    | 'index_blocks'
    | 'index_vectors'
    | 'search_records'
    | 'idempotency_keys'
    | 'webhook_endpoints'
    | 'webhook_deliveries'
  /** Ends the order with the table's own key, so that a page begins where the one before ended. */
  key: 'id' | 'version_id'
  columns: readonly string[]
  placeOf: (row: string, column: string) => Place
  /** Rows of one short transaction: an embedded database has one session for everybody. */
  pageSize: number
}

const versionColumns: VersionColumn[] = ['text', 'title', 'layout', 'password', 'url']

const endpointColumns: EndpointColumn[] = ['url', 'secret', 'previous_secret']

export const sealedTables: readonly SealedTable[] = [
  { table: 'chunks', key: 'id', columns: ['content'], placeOf: chunkPlace, pageSize: 200 },
  // A text may have 20 MB.
  {
    table: 'versions',
    key: 'id',
    columns: versionColumns,
    placeOf: (row, column) => versionPlace(row, versionColumns.find((one) => one === column) ?? 'text'),
    pageSize: 4,
  },
  { table: 'index_blocks', key: 'version_id', columns: ['data'], placeOf: blockPlace, pageSize: 25 },
  { table: 'index_vectors', key: 'id', columns: ['data'], placeOf: vectorsPlace, pageSize: 25 },
  { table: 'idempotency_keys', key: 'id', columns: ['answer'], placeOf: answerPlace, pageSize: 50 },
  { table: 'search_records', key: 'id', columns: ['query'], placeOf: queryPlace, pageSize: 200 },
  {
    table: 'webhook_endpoints',
    key: 'id',
    columns: endpointColumns,
    placeOf: (row, column) => endpointPlace(row, endpointColumns.find((one) => one === column) ?? 'url'),
    pageSize: 100,
  },
  {
    table: 'webhook_deliveries',
    key: 'id',
    columns: ['answer'],
    placeOf: answerOfDelivery,
    pageSize: 200,
  },
]

/**
 * That one of the columns is sealed with a version below this one. A sealed value has its version in bytes 2 to 5,
 * big-endian, so that values compare as the versions do.
 */
export function isOlder(columns: readonly string[], version: number): RawBuilder<unknown> {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(version)
  return sql.join(
    columns.map((column) => sql`substring(${sql.ref(column)} from 2 for 4) < ${bytes}`),
    sql` or `,
  )
}
