import { fileTypeFromBuffer } from 'file-type'
import { ExtractionError } from '../port.ts'
import { inspectZip } from './inspect-zip.ts'
import { isMailbox } from './mail/read-mailbox.ts'
import type { OfficeType } from './read-office.ts'

/** Which reader takes the document, and the media type it is stored with. */
export type DetectedType = { format: Format; mediaType: string }
export type Format =
  | 'pdf'
  | OfficeType
  | 'compound'
  | 'image'
  | 'archive'
  | 'html'
  | 'markdown'
  | 'csv'
  | 'mail'
  | 'mailbox'
  | 'text'
  | 'code'

/**
 * Decides by content. A name only chooses among text types, where content cannot: `evil.pdf` that holds HTML is HTML.
 * Zip-based documents are checked for bombs here, before a parser sees them.
 * Throws `empty`, `unsupported`, `damaged`, `too_large`.
 */
export async function detectType(bytes: Buffer, fileName: string): Promise<DetectedType> {
  if (bytes.length === 0) throw new ExtractionError('empty', 'The file is empty.')
  // Readers of PDF look for the header in the first 1,024 bytes (PDF 1.7, implementation note 13).
  if (bytes.subarray(0, 1024).includes('%PDF-')) return { format: 'pdf', mediaType: 'application/pdf' }
  if (bytes.subarray(0, 4).equals(zipMagic) || bytes.subarray(0, 4).equals(emptyZipMagic))
    return inspectZip(bytes)
  if (bytes.subarray(0, 5).equals(rtfMagic)) return { format: 'rtf', mediaType: 'application/rtf' }
  const magic = await fileTypeFromBuffer(bytes.subarray(0, 4100))
  if (magic && !magic.mime.includes('xml') && !magic.mime.startsWith('text/')) return binaryType(magic.mime)
  if (looksBinary(bytes)) throw unsupported('a binary format')
  return textType(bytes, fileName)
}

const rtfMagic = Buffer.from('{\\rtf', 'latin1')
const zipMagic = Buffer.from('PK\u0003\u0004', 'latin1')
const emptyZipMagic = Buffer.from('PK\u0005\u0006', 'latin1')

/** Pictures that can be read; the others are for programs that draw. */
const images = new Set(['image/png', 'image/jpeg', 'image/tiff', 'image/webp', 'image/gif', 'image/bmp'])

function binaryType(mime: string): DetectedType {
  if (images.has(mime)) return { format: 'image', mediaType: mime }
  if (mime === 'application/x-cfb') return { format: 'compound', mediaType: 'application/x-ole-storage' }
  throw unsupported(mime)
}

function unsupported(what: string): ExtractionError {
  return new ExtractionError('unsupported', `The file is of a kind that cannot be read (${what}).`)
}

/** Text has no control characters but white space; a stray NUL or two is a fault, not a format. UTF-16 is text. */
function looksBinary(bytes: Buffer): boolean {
  const sample = bytes.subarray(0, 8192)
  if ((sample[0] === 0xff && sample[1] === 0xfe) || (sample[0] === 0xfe && sample[1] === 0xff)) return false
  const sides = [0, 0]
  let controls = 0
  for (const [i, byte] of sample.entries()) {
    if (byte === 0) sides[i % 2] = (sides[i % 2] ?? 0) + 1
    else if (byte < 32 && !(byte >= 8 && byte <= 13) && byte !== 27) controls++
  }
  const [even = 0, odd = 0] = sides
  const isUtf16 = Math.max(even, odd) > sample.length * 0.2 && Math.min(even, odd) < sample.length * 0.02
  return controls > sample.length * 0.02 || (!isUtf16 && even + odd > sample.length * 0.25)
}

const byExtension: Record<string, DetectedType> = {
  md: { format: 'markdown', mediaType: 'text/markdown' },
  markdown: { format: 'markdown', mediaType: 'text/markdown' },
  csv: { format: 'csv', mediaType: 'text/csv' },
  tsv: { format: 'csv', mediaType: 'text/tab-separated-values' },
  html: { format: 'html', mediaType: 'text/html' },
  htm: { format: 'html', mediaType: 'text/html' },
  xhtml: { format: 'html', mediaType: 'text/html' },
  eml: { format: 'mail', mediaType: 'message/rfc822' },
  json: { format: 'code', mediaType: 'application/json' },
  jsonl: { format: 'code', mediaType: 'application/jsonl' },
  yaml: { format: 'code', mediaType: 'application/yaml' },
  yml: { format: 'code', mediaType: 'application/yaml' },
}
const codeExtensions = new Set(
  'js mjs cjs ts mts tsx jsx py rb go rs java kt c h cc cpp hpp cs php sh sql toml ini css scss swift lua'.split(
    ' ',
  ),
)

function textType(bytes: Buffer, fileName: string): DetectedType {
  const extension = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? ''
  const head = bytes.subarray(0, 1024).toString('latin1').replaceAll('\0', '').trimStart()
  if (isMailbox(head)) return { format: 'mailbox', mediaType: 'application/mbox' }
  const named = Object.hasOwn(byExtension, extension) ? byExtension[extension] : undefined
  if (named) return named
  if (codeExtensions.has(extension)) return { format: 'code', mediaType: 'text/plain' }
  if (/^(?:<!--[^]*?-->\s*)?<(?:!doctype html|html|head|body)[\s>]/i.test(head)) {
    return { format: 'html', mediaType: 'text/html' }
  }
  if (/^<\?xml\s|^<!DOCTYPE\s|^<svg[\s>]/i.test(head)) return xmlType(head)
  if (
    extension !== 'txt' &&
    /^(?:From|Received|Return-Path|Message-ID|MIME-Version|Delivered-To): .+\r?\n[A-Z]/i.test(head)
  ) {
    return { format: 'mail', mediaType: 'message/rfc822' }
  }
  return { format: 'text', mediaType: 'text/plain' }
}

/** Shown as it is written: entities stay unresolved, styles and scripts stay text. */
function xmlType(head: string): DetectedType {
  return { format: 'code', mediaType: head.includes('<svg') ? 'image/svg+xml' : 'application/xml' }
}
