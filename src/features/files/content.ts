import type { TenantTx } from '#platform/db/index.ts'
import type { Place, Sealer, TenantKeys } from '#platform/vault/index.ts'

/** What of a version is content: its text, the title that was read from it, and where the text stands on its pages. */
export type VersionContent = { text: string; title: string | undefined; layout: Layout | undefined }

/** Pages as [width, height] in points, and boxes of text as [page, start, end, x, y, width, height]. */
export type Layout = { pages: [number, number][]; boxes: number[][] }

export async function sealVersion(tx: TenantTx, versionId: string, { text, title, layout }: VersionContent) {
  const { sealer } = await tx.sealing()
  return {
    text: sealer.sealText(versionPlace(versionId, 'text'), text),
    title: title === undefined ? null : sealer.sealText(versionPlace(versionId, 'title'), title),
    layout:
      layout === undefined
        ? null
        : sealer.sealText(versionPlace(versionId, 'layout'), JSON.stringify(layout)),
  }
}

export function openText(keys: TenantKeys, versionId: string, sealed: Buffer): string {
  return keys.unsealText(versionPlace(versionId, 'text'), sealed)
}

export function openTitle(keys: TenantKeys, versionId: string, sealed: Buffer): string {
  return keys.unsealText(versionPlace(versionId, 'title'), sealed)
}

export function openLayout(keys: TenantKeys, versionId: string, sealed: Buffer): Layout {
  return JSON.parse(keys.unsealText(versionPlace(versionId, 'layout'), sealed)) as Layout
}

/** The password that a document was uploaded with, to read it and to draw its pages. */
export function openPassword(keys: TenantKeys, versionId: string, sealed: Buffer): string {
  return keys.unsealText(versionPlace(versionId, 'password'), sealed)
}

/** For another version over the same bytes, which has it sealed for itself. */
export async function passwordOf(
  tx: TenantTx,
  { id, password }: { id: string; password: Buffer | null },
): Promise<string | undefined> {
  return password ? openPassword(await tx.keys(), id, password) : undefined
}

export async function sealPassword(tx: TenantTx, versionId: string, password: string): Promise<Buffer> {
  const { sealer } = await tx.sealing()
  return sealer.sealText(versionPlace(versionId, 'password'), password)
}

/** Where the bytes of a version are to be fetched: it may carry names and secrets. */
export async function sealUrl(tx: TenantTx, versionId: string, url: string): Promise<Buffer> {
  const { sealer } = await tx.sealing()
  return sealer.sealText(versionPlace(versionId, 'url'), url)
}

export function openUrl(keys: TenantKeys, versionId: string, sealed: Buffer): string {
  return keys.unsealText(versionPlace(versionId, 'url'), sealed)
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

export type VersionColumn = 'text' | 'title' | 'layout' | 'password' | 'url'

export function versionPlace(row: string, column: VersionColumn): Place {
  return { table: 'versions', row, column }
}

export function chunkPlace(row: string): Place {
  return { table: 'chunks', row, column: 'content' }
}
