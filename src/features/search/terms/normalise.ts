/**
 * The one spelling of a word for searching: NFKC, lower case, without what is invisible. A final sigma becomes a
 * plain one, and the dot that lower case leaves behind from the Turkish capital İ goes.
 */
export function normalise(word: string): string {
  if (plain.test(word)) return word.toLowerCase()
  return word
    .replace(invisible, '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replaceAll('i\u0307', 'i')
}

/** ASCII letters and digits, nine words of ten in most spaces. */
const plain = /^[0-9A-Za-z]*$/
const invisible = /[\u00AD\u2060\u200C\u200D]/g
