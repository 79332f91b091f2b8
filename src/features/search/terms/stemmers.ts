import snowball from 'snowball-stemmers'
import { algorithmOf } from './families.ts'
import { stemHindi } from './stem-hindi.ts'

/** Longer "words" are encoded data; stemming them is slow in some algorithms and helps nobody. */
const maxStemmedLength = 64

/** A word's stem in a family; undefined where words stay whole. */
export function stemmerOf(family: string): ((word: string) => string) | undefined {
  if (family === 'hi') return stemHindi
  const algorithm = algorithmOf(family)
  if (algorithm === undefined) return undefined
  const stemmer = snowballStemmer(algorithm)
  const prepare = preparations[family] ?? ((word: string) => word)
  return (word) => (word.length > maxStemmedLength ? word : stemmer.stem(prepare(word)) || word)
}

/** Making one takes as long as stemming a query; it remembers no word. */
const known = new Map<string, ReturnType<typeof snowball.newStemmer>>()

function snowballStemmer(algorithm: string) {
  const stemmer = known.get(algorithm) ?? snowball.newStemmer(algorithm)
  known.set(algorithm, stemmer)
  return stemmer
}

/** What a stemmer has to know and does not. */
const preparations: Readonly<Record<string, (word: string) => string>> = {
  ar: dropParticles,
  es: (word) => word.replace(/([cs])ion$/, '$1ión'), // as typed without accents
}

/**
 * "And the contract" is one word in Arabic, and so is "by", "as", "for" or "then the contract": what stands before the
 * article goes, the article itself is the stemmer's.
 */
function dropParticles(word: string): string {
  return word.replace(/^(?:[وبكف]ال|ولل|لل)(?=.{3})/su, 'ال')
}
