import { ExtractionError } from '../../port.ts'
import type { Entry, ZipFile } from 'yauzl'
import type { Draft, Piece, Source } from '../draft.ts'
import { isProtected, nameOf, openZip } from '../inspect-zip.ts'
import { innerPieces, nestedBudget, takeFrom } from './read-inner.ts'

const maxEntryBytes = 64 * 1024 ** 2

/**
 * A zip archive as a folder: each file in it under its path. Nothing is written anywhere, so that no path leads out and
 * no link is followed; sizes are counted as they come out, whatever the archive declares.
 */
export async function readArchive(source: Source): Promise<Draft> {
  const zip = await openZip(source.bytes).catch(damaged)
  if (zip.entryCount > nestedBudget.files * 2) throw tooMany()
  const pieces: Piece[] = []
  let files = 0
  let unread: ExtractionError | undefined
  for await (const entry of entries(zip)) {
    const name = nameOf(entry)
    if (name.endsWith('/') || isSystemFile(name)) continue
    files++
    const inner = await readEntry(zip, entry, name, source)
    if (inner instanceof ExtractionError) unread ??= inner
    pieces.push(...(inner instanceof ExtractionError ? said(name, inner) : inner))
  }
  if (files === 0) throw new ExtractionError('empty', 'The archive has no file in it.')
  if (files === 1 && unread?.failure === 'protected') throw unread
  return { pieces }
}

async function* entries(zip: ZipFile): AsyncGenerator<Entry> {
  try {
    yield* zip.eachEntry()
  } catch (error) {
    if (error instanceof ExtractionError) throw error
    throw damaged()
  }
}

async function readEntry(
  zip: ZipFile,
  entry: Entry,
  name: string,
  source: Source,
): Promise<Piece[] | ExtractionError> {
  if (entry.isEncrypted()) return isProtected()
  // Unix keeps the kind of a file in the upper half: 0xa000 is a link, whose content is a path.
  if (((entry.externalFileAttributes >>> 16) & 0xf000) === 0xa000) return []
  try {
    const bytes = await inflate(zip, entry, source)
    return await innerPieces(source, { name, bytes })
  } catch (error) {
    if (error instanceof ExtractionError && error.failure === 'too_large') throw error
    return damaged()
  }
}

async function inflate(zip: ZipFile, entry: Entry, { nested: { budget } }: Source): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    const part: Buffer = chunk
    size += part.length
    if (size > maxEntryBytes) throw new ExtractionError('too_large', 'The file is too large when unpacked.')
    // What has no room any more ends the whole.
    if (size > budget.bytes) takeFrom(budget, size)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function said(name: string, why: ExtractionError): Piece[] {
  return [
    { kind: 'heading', level: 2, text: name },
    { kind: 'paragraph', text: `(${why.message})` },
  ]
}

/** What macOS and Windows put into archives beside the files. */
function isSystemFile(name: string): boolean {
  return /(?:^|\/)(?:__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i.test(name)
}

function damaged(): never {
  throw new ExtractionError('damaged', 'The file is damaged: its zip container cannot be read.')
}

function tooMany(): ExtractionError {
  return new ExtractionError('too_large', `The file has more than ${nestedBudget.files} files in it.`)
}
