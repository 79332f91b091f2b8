import { openText } from '#features/files/index.ts'
import type { TenantTx } from '#platform/db/index.ts'

/** The stored texts that quotes are cut out of, by version. */
export async function readSources(tx: TenantTx, chunks: readonly { version_id: string }[]) {
  const rows = await tx.kysely
    .selectFrom('versions')
    .select(['id', 'text', 'page_starts'])
    .where('id', 'in', [...new Set(chunks.map((chunk) => chunk.version_id))])
    .execute()
  const keys = await tx.keys()
  return new Map(
    rows.flatMap(({ id, text, page_starts }) =>
      text === null ? [] : [[id, { text: openText(keys, id, text), pageStarts: page_starts }]],
    ),
  )
}

/** The page a place of the text lies on, or null where the format has no pages. */
export function pageAt(pageStarts: readonly number[] | null, offset: number): number | null {
  if (!pageStarts) return null
  const after = pageStarts.findIndex((start) => start > offset)
  return Math.max(1, after === -1 ? pageStarts.length : after)
}
