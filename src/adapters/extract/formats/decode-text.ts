import { analyse } from 'chardet'

/**
 * Bytes as text: by byte order mark, then by `declared` (what an HTML page says of itself), then UTF-8, then UTF-16 when
 * every other byte is zero, then what its bytes look like, and at last Windows-1252, in which no byte is wrong.
 */
export function decodeText(bytes: Buffer, declared?: string): string {
  const marked = byMark(bytes)
  if (marked) return new TextDecoder(marked).decode(bytes)
  const named = declared === undefined ? undefined : decoderNamed(declared)
  if (named) return named.decode(bytes)
  if (isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes)
  return new TextDecoder(utf16Kind(bytes) ?? likelyEncoding(bytes) ?? 'windows-1252').decode(bytes)
}

function byMark(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  return undefined
}

function decoderNamed(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label)
  } catch {
    return undefined
  }
}

/**
 * Whether UTF-8 is meant. Programs that write JavaScript strings byte by byte leave halves of surrogate pairs
 * (ED A0..BF xx), which no other encoding of real text has: such a file is UTF-8 with a few wrong bytes.
 */
function isUtf8(bytes: Buffer): boolean {
  if (utf16Kind(bytes) !== undefined) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return /\xed[\xa0-\xbf][\x80-\xbf]/.test(bytes.toString('latin1'))
  }
}

/** UTF-16 without its mark: Latin text has a zero in nearly every pair, always on the same side. */
function utf16Kind(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const sample = bytes.subarray(0, 4096)
  const zeros = [0, 0]
  for (const [i, byte] of sample.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const most = sample.length * 0.2
  if (odd > most && even < odd / 10) return 'utf-16le'
  if (even > most && odd < even / 10) return 'utf-16be'
  return undefined
}

/** Encodings of more than one byte a character have patterns that other text does not have. */
const severalBytes = new Set([
  'Shift_JIS',
  'EUC-JP',
  'EUC-KR',
  'Big5',
  'GB18030',
  'ISO-2022-JP',
  'ISO-2022-KR',
  'ISO-2022-CN',
])
/** Scripts that are told from Latin by which bytes they use. */
const otherScripts = new Set([
  'windows-1251',
  'KOI8-R',
  'ISO-8859-5',
  'windows-1253',
  'ISO-8859-7',
  'windows-1255',
  'ISO-8859-8',
  'windows-1256',
  'ISO-8859-6',
])

/** Latin text has a letter with an accent here and there, French one in fifteen; a text in another script has little else. */
const fewHighBytes = 0.1
const sampleBytes = 65_536

function likelyEncoding(bytes: Buffer): string | undefined {
  const sample = bytes.subarray(0, sampleBytes)
  const high = sample.reduce((count, byte) => count + (byte > 0x7f ? 1 : 0), 0) / sample.length
  const likely = analyse(sample).find(({ name }) =>
    severalBytes.has(name) ? decodes(name, sample) : otherScripts.has(name),
  )
  return likely && (high > fewHighBytes || likely.name.startsWith('ISO-2022')) ? likely.name : undefined
}

/** A sample may end within a character. */
function decodes(name: string, sample: Buffer): boolean {
  const text = decoderNamed(name)?.decode(sample) ?? '\ufffd'
  return !text.slice(0, -1).includes('\ufffd')
}
