/** Lucene's list of 33. In other languages a frequent word's low idf does the same without a list. */
const english = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such ' +
    'that the their then there these they this to was will with'
  ).split(' '),
)

/** Is this normalised word one that an English query says without asking for it? */
export function isStopWord(family: string, word: string): boolean {
  return family === 'en' && english.has(word)
}
