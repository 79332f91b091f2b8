/**
 * Makes text storable and comparable: NFC, `\n` line ends, no trailing white space, no NUL or other control
 * characters (PostgreSQL refuses NUL), no lone surrogates. Characters that nobody sees are dropped, because they
 * split words for search (`p\u200bay`) and carry instructions past a reader's eye: zero-width space, soft hyphen,
 * byte order mark, bidirectional controls and Unicode tags. Joiners stay: Persian, Hindi and emoji need them.
 */
export function cleanText(raw: string): string {
  const visible = raw
    .replaceAll(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replaceAll('\f', '\n\n')
    .toWellFormed()
    .replaceAll(unseen, '')
    .normalize('NFC')
  // Line by line: a pattern such as /[ \t]+\n/ is quadratic on a long run of spaces.
  return visible
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Every control character but tab and line feed, and the invisible characters named above. */
const unseen =
  /[[\p{Cc}--[\t\n]]\u{ad}\u{180e}\u{200b}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2060}-\u{2064}\u{2066}-\u{2069}\u{feff}\u{fffe}\u{ffff}\u{e0000}-\u{e007f}]/gv
