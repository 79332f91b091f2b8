import { scale } from './scale.ts'

/** Text that PostgreSQL cannot hold or that is no text at all. */
export const unstorable = ['a\0b', '\0', '\ud800', 'a\udfffb']

/** Names and words that have broken other software; each is text that may be sent and stored. */
export const hostileTexts = [
  '',
  ' ',
  '.',
  '..',
  '../../../../etc/shadow',
  '..\\..\\windows\\win.ini',
  '/dev/zero',
  'C:\\aux',
  'PRN.md',
  '~root',
  '-rf',
  '%00.md',
  '%2e%2e%2f%2e%2e%2f',
  '%zz',
  'report.pdf\r\nset-cookie: a=b',
  'x"; filename="y.html',
  "x'; drop table files; --",
  "'||(select secret_hash from keys)||'",
  "\\'; select 1; --",
  '$1',
  '%s%n%x',
  '{{constructor.constructor("return 1")()}}',
  '${env:HOME}',
  '<svg/onload=alert(1)>',
  '=HYPERLINK("http://a.example","b")',
  'constructor',
  '__proto__',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  '-1',
  '1e309',
  '9223372036854775808',
  'true',
  '[]',
  '{}',
  '*',
  '%',
  '_',
  '(',
  '[[:alpha:]',
  '(a+)+$',
  '"',
  '""""',
  '-',
  '--',
  '\u202Egpj.exe',
  '\uFEFFbom',
  '\u200B\u200D\u2060',
  'e\u0301'.repeat(40),
  'ǅ\u0130ß',
  'ﷺ',
  '田中さんにあげて下さい',
  '\u{1F3F4}\u{E0067}\u{E0062}\u{E007F}',
  '👩‍👩‍👧‍👦'.repeat(10),
  '\u0007\u001b[31m\u009b',
  'a'.repeat(255),
  'a'.repeat(256),
  'ü'.repeat(5000),
]

let turns = 0
/** Those whose turn it is: among all fields each is tried many times, and every one on each field at full size. */
export function dealt(texts: readonly string[] = hostileTexts): string[] {
  const turn = turns++ % scale.hostileShare
  return texts.filter((_, i) => i % scale.hostileShare === turn)
}

/** Bodies that are not what a JSON route takes; each as it goes over the wire. */
export const brokenBodies: { what: string; body: string | Uint8Array<ArrayBuffer> }[] = [
  { what: 'nothing', body: '' },
  { what: 'half of it', body: '{"name":' },
  { what: 'text', body: 'name=x' },
  { what: 'null', body: 'null' },
  { what: 'a list', body: '[]' },
  { what: 'a string', body: '"x"' },
  { what: 'a number', body: '1e999' },
  { what: 'bytes that are not UTF-8', body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) },
  { what: 'UTF-16', body: new Uint8Array(Buffer.from('\ufeff{"name":"x"}', 'utf16le')) },
  { what: 'a way to the prototype', body: '{"__proto__":{"name":"x"},"constructor":{"prototype":{}}}' },
  { what: 'a list of lists of lists', body: '['.repeat(200_000) + ']'.repeat(200_000) },
  { what: 'objects in objects', body: `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}` },
]
