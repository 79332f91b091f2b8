/**
 * The one spelling of a word for searching: NFKC, lower case, digits of all scripts as 0 to 9, without what is invisible or
 * may be left out (vowel signs of Arabic and Hebrew, the Arabic line that stretches a word). A final sigma becomes a plain
 * one, the dot that lower case leaves behind from the Turkish capital İ goes, Persian ye and ke are the Arabic ones, ё is е.
 */
export function normalise(word: string): string {
  if (plain.test(word)) return word.toLowerCase()
  const spelt = word
    .normalize('NFKC')
    .replace(optional, '')
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replaceAll('i\u0307', 'i')
    .replaceAll('ё', 'е')
    .replaceAll('ی', 'ي')
    .replaceAll('ک', 'ك')
    .replace(foreignDigits, toAsciiDigit)
  return spelt === '' ? word : spelt
}

/** ASCII letters and digits, nine words of ten in most spaces. */
const plain = /^[0-9A-Za-z]*$/
const invisible = '\u00AD|\u2060|\u200C|\u200D'
const arabicMarks = '\u0640|[\u064B-\u0652]|\u0670'
const hebrewPoints = '[\u0591-\u05BD]|\u05BF|\u05C1|\u05C2|\u05C4|\u05C5|\u05C7'
const optional = new RegExp(`${invisible}|${arabicMarks}|${hebrewPoints}`, 'g')

/** Zeros of scripts with digits of their own; nine more follow each. */
const zeros = [
  0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0,
].concat([0x0f20, 0x1040, 0x17e0])
const foreignDigits = new RegExp(
  `[${zeros.map((zero) => `${String.fromCharCode(zero)}-${String.fromCharCode(zero + 9)}`).join('')}]`,
  'g',
)

function toAsciiDigit(digit: string): string {
  const code = digit.charCodeAt(0)
  return String(code - (zeros.findLast((zero) => zero <= code) ?? code))
}
