import { fromBufferPromise, getFileNameLowLevel } from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'
import { ExtractionError } from '../port.ts'
import type { DetectedType } from './detect-type.ts'

const maxEntries = 20_000
const maxInflatedBytes = 1024 ** 3
/** XML of office documents shrinks 5 to 40 times; a bomb a thousand times. */
const maxRatio = 200
const ratioFromBytes = 32 * 1024 ** 2
/** Parsers hold all XML parts as text and as nodes; the largest real workbook part met had 90 MB. */
const maxXmlBytes = 256 * 1024 ** 2
const maxDeclarationBytes = 1024 ** 2

/**
 * Says which document a zip archive is, and inflates all of it once to make sure that a parser may: declared sizes
 * are claims. An archive that is no document is read file by file and checked while it is. Throws `too_large` for bombs,
 * `damaged`, `protected`.
 */
export async function inspectZip(bytes: Buffer): Promise<DetectedType> {
  try {
    const type = await findType(bytes)
    if (!type) return { format: 'archive', mediaType: 'application/zip' }
    await inflateAll(bytes)
    return type
  } catch (error) {
    if (error instanceof ExtractionError) throw error
    throw new ExtractionError('damaged', 'The file is damaged: its zip container cannot be read.')
  }
}

/** By `[Content_Types].xml` or `mimetype`, which name the format whatever its parts are called. */
async function findType(bytes: Buffer): Promise<DetectedType | undefined> {
  const zip = await openZip(bytes)
  if (zip.entryCount > maxEntries) throw tooLarge(`has more than ${maxEntries} parts`)
  for await (const entry of zip.eachEntry()) {
    if (!['[Content_Types].xml', 'mimetype'].includes(nameOf(entry))) continue
    if (entry.isEncrypted()) return undefined
    const declaration = await readText(zip, entry)
    const type = documentTypes.find(({ marks }) => marks.some((mark) => declaration.includes(mark)))
    if (type) return { format: type.format, mediaType: type.mediaType }
  }
  return undefined
}

const openXml = 'application/vnd.openxmlformats-officedocument'
const openDocument = 'application/vnd.oasis.opendocument'
const documentTypes = [
  {
    format: 'docx',
    mediaType: `${openXml}.wordprocessingml.document`,
    marks: [
      'wordprocessingml.document.main+xml',
      'wordprocessingml.template.main+xml',
      'ms-word.document.macroEnabled',
    ],
  },
  {
    format: 'pptx',
    mediaType: `${openXml}.presentationml.presentation`,
    marks: [
      'presentationml.presentation.main+xml',
      'presentationml.slideshow.main+xml',
      'ms-powerpoint.presentation.macroEnabled',
    ],
  },
  {
    format: 'xlsx',
    mediaType: `${openXml}.spreadsheetml.sheet`,
    marks: ['spreadsheetml.sheet.main+xml', 'spreadsheetml.template.main+xml', 'ms-excel.sheet.macroEnabled'],
  },
  { format: 'odt', mediaType: `${openDocument}.text`, marks: [`${openDocument}.text`] },
  { format: 'odp', mediaType: `${openDocument}.presentation`, marks: [`${openDocument}.presentation`] },
  { format: 'ods', mediaType: `${openDocument}.spreadsheet`, marks: [`${openDocument}.spreadsheet`] },
  { format: 'epub', mediaType: 'application/epub+zip', marks: ['application/epub+zip'] },
] as const

async function inflateAll(bytes: Buffer): Promise<void> {
  const zip = await openZip(bytes)
  let total = 0
  let xml = 0
  for await (const entry of zip.eachEntry()) {
    if (entry.isEncrypted()) throw isProtected()
    const isXml = /\.(?:xml|rels|vml)$/i.test(nameOf(entry))
    let seen = ''
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      const part: Buffer = chunk
      total += part.length
      if (isXml) {
        xml += part.length
        seen = refuseEntities(seen, part)
      }
      if (total > maxInflatedBytes || xml > maxXmlBytes) throw tooLarge('is too large when unpacked')
      if (total > ratioFromBytes && total > bytes.length * maxRatio)
        throw tooLarge('unpacks to many times its size')
    }
  }
}

/** Office documents declare no entities: those that do want files, addresses or memory. Returns what to keep for the next part. */
function refuseEntities(before: string, part: Buffer): string {
  if (part.includes('<!ENTITY') || (before + part.toString('latin1', 0, 8)).includes('<!ENTITY')) {
    throw new ExtractionError('damaged', 'The file declares XML entities, which documents must not.')
  }
  return part.toString('latin1', Math.max(0, part.length - 8))
}

async function readText(zip: ZipFile, entry: Entry): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    const part: Buffer = chunk
    size += part.length
    if (size > maxDeclarationBytes) throw tooLarge('has too large a list of parts')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** Names are decoded by `nameOf`: one that leads out of the archive is no path to us, and no reason to refuse the rest. */
export function openZip(bytes: Buffer): Promise<ZipFile> {
  return fromBufferPromise(bytes, { lazyEntries: true, autoClose: false, decodeStrings: false })
}

export function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false)
}

function tooLarge(why: string): ExtractionError {
  return new ExtractionError('too_large', `The file ${why}.`)
}

export function isProtected(): ExtractionError {
  return new ExtractionError('protected', 'The file is protected with a password.')
}
