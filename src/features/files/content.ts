import type { TenantTx } from '#platform/db/index.ts'
import type { Place, Sealer, TenantKeys } from '#platform/vault/index.ts'

/** What of a version is content: its text, and the title that was read from it. */
export type VersionContent = { text: string; title: string | undefined }

export async function sealVersion(tx: TenantTx, versionId: string, { text, title }: VersionContent) {
  const { sealer } = await tx.sealing()
  return {
    text: sealer.sealText(versionPlace(versionId, 'text'), text),
    title: title === undefined ? null : sealer.sealText(versionPlace(versionId, 'title'), title),
  }
}

export function openText(keys: TenantKeys, versionId: string, sealed: Buffer): string {
  return keys.unsealText(versionPlace(versionId, 'text'), sealed)
}

export function openTitle(keys: TenantKeys, versionId: string, sealed: Buffer): string {
  return keys.unsealText(versionPlace(versionId, 'title'), sealed)
}

/** What of a chunk is content: its text, the headings above it and the header of the table it continues. */
export type ChunkContent = { text: string; heading: string; tableHeader: string }

export function sealChunk(
  sealer: Sealer,
  chunkId: string,
  { text, heading, tableHeader }: ChunkContent,
): Buffer {
  return sealer.sealText(chunkPlace(chunkId), JSON.stringify([text, heading, tableHeader]))
}

export function openChunk(keys: TenantKeys, chunkId: string, sealed: Buffer): ChunkContent {
  const [text, heading, tableHeader] = JSON.parse(keys.unsealText(chunkPlace(chunkId), sealed)) as [
    string,
    string,
    string,
  ]
  return { text, heading, tableHeader }
}

export function versionPlace(row: string, column: 'text' | 'title'): Place {
  return { table: 'versions', row, column }
}

export function chunkPlace(row: string): Place {
  return { table: 'chunks', row, column: 'content' }
}
