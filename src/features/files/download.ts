import type { RecordRead } from '#features/events/index.ts'
import type { Blobs, ByteRange } from '#adapters/blobs/port.ts'
import { Answer } from '#http/index.ts'
import type { Db } from '#platform/db/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { rangeNotSatisfiable, textNotReady, versionNotFound } from './errors.ts'
import { latestWithBytes } from './imports/queries.ts'
import { getFile, getVersion, textOf } from './queries.ts'
import { fileEvent } from './file-event.ts'

export type DownloadDeps = { db: Db; blobs: Blobs; recordRead: RecordRead }

/**
 * The bytes of a version, the newest one if none is named, whole or one range of them. Always as an attachment: what customers upload is never
 * shown by a browser under our address.
 * @throws files.not_found, versions.not_found, files.not_imported, files.range_not_satisfiable
 */
export async function downloadFile(
  scope: TenantScope,
  { id, number }: { id: string; number?: number },
  rangeHeader: string | undefined,
  { db, blobs, recordRead }: DownloadDeps,
): Promise<Answer> {
  const { file, blob, size, sha256, mediaType } = await db.tenant(scope, async (tx) => {
    const file = await getFile(tx, id)
    await recordRead(
      tx,
      fileEvent('file.downloaded', file, { version: number, range: rangeHeader?.slice(0, 100) }),
    )
    const newest = { size: file.size_bytes, sha256: file.sha256, mediaType: file.media_type }
    if (number === undefined) return { file, ...newest, blob: (await latestWithBytes(tx, file.id)).blob }
    const { blob, size_bytes, sha256, media_type } = await getVersion(tx, file.id, number)
    if (size_bytes === null || sha256 === null)
      throw versionNotFound('Of this version too little was written down.')
    return { file, blob, size: size_bytes, sha256, mediaType: media_type ?? file.media_type }
  })
  const range = parseRange(rangeHeader, size)
  const length = range ? range.end - range.start + 1 : size
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(length),
    'content-disposition': contentDisposition(file.name),
    'accept-ranges': 'bytes',
    etag: `"${sha256.toString('hex')}"`,
    'x-media-type': mediaType,
    'content-security-policy': "default-src 'none'; sandbox",
    ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${size}` } : {}),
  }
  return new Answer(range ? 206 : 200, await blobs.read(scope, blob, range), headers)
}

/** @throws files.not_found, files.not_ready */
export async function readText(
  scope: TenantScope,
  id: string,
  { db, recordRead }: DownloadDeps,
): Promise<Answer> {
  const text = await db.tenant(scope, async (tx) => {
    const file = await getFile(tx, id)
    if (file.live_version_id === null) return undefined
    await recordRead(tx, fileEvent('file.viewed', file, { part: 'text' }))
    return textOf(tx, file.live_version_id)
  })
  if (text === undefined) throw textNotReady()
  return new Answer(200, text, { 'content-type': 'text/plain; charset=utf-8' })
}

/** One range of RFC 9110; several at once, or another unit, are answered with the whole, as the RFC allows. */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  const [, first = '', last = ''] = match
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (start > end || start >= size) throw rangeNotSatisfiable(`The file has ${size} bytes.`)
  return { start, end }
}

/** RFC 6266: a plain name for old readers, the real one percent-encoded. */
function contentDisposition(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
