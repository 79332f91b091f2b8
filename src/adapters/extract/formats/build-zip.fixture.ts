import { crc32, deflateRawSync } from 'node:zlib'

/** A zip archive of named parts, for tests; `declaredBytes` lies about the size of every part. */
export function buildZip(parts: Record<string, string | Buffer>, declaredBytes?: number): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const sizes = { packed: packed.length, plain: declaredBytes ?? bytes.length, crc: crc32(bytes) }
    const local = Buffer.concat([header(0x04034b50, 0, name, sizes, 30), Buffer.from(name), packed])
    directory.push(Buffer.concat([header(0x02014b50, 2, name, sizes, 46, offset), Buffer.from(name)]))
    files.push(local)
    offset += local.length
  }
  const end = Buffer.alloc(22)
  const directoryBytes = directory.reduce((sum, entry) => sum + entry.length, 0)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(directoryBytes, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...files, ...directory, end])
}

type Sizes = { packed: number; plain: number; crc: number }

/** Local and central headers have the same fields, the central ones two bytes further on. */
function header(
  magic: number,
  shift: number,
  name: string,
  sizes: Sizes,
  length: number,
  offset = 0,
): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.writeUInt32LE(magic, 0)
  bytes.writeUInt16LE(20, 4)
  bytes.writeUInt16LE(8, 8 + shift)
  bytes.writeUInt32LE(sizes.crc, 14 + shift)
  bytes.writeUInt32LE(sizes.packed, 18 + shift)
  bytes.writeUInt32LE(sizes.plain, 22 + shift)
  bytes.writeUInt16LE(Buffer.byteLength(name), 26 + shift)
  if (shift > 0) bytes.writeUInt32LE(offset, 42)
  return bytes
}

const word = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
const main = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'

/** A Word document with this body, e.g. `<w:p><w:r><w:t>text</w:t></w:r></w:p>`. */
export function buildDocx(body: string, prolog = ''): Buffer {
  return buildZip({
    '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="${main}"/></Types>`,
    'word/document.xml': `<?xml version="1.0"?>${prolog}<w:document xmlns:w="${word}"><w:body>${body}</w:body></w:document>`,
  })
}
