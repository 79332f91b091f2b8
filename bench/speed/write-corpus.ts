import { seededRandom } from '../command/seeded-random.ts'

const vocabularySize = 20_000
const sectionsOfDocument = 30
/** Under the 1,200 characters that a chunk aims at and far above what is joined to a neighbour: one chunk a section. */
const sectionChars = 1050

export type Corpus = {
  /** Markdown with so many headed sections (30 when left out), each of which becomes one chunk. */
  writeDocument: (sections?: number) => string
  /** Three to seven words. */
  writeQuery: () => string
}

/** Made-up text whose words are as unevenly frequent as real ones (Zipf's law, exponent 1); the same for every seed. */
export function createCorpus(seed: number): Corpus {
  const random = seededRandom(seed)
  const pick = zipfPicker(random)
  const words = (count: number) => Array.from({ length: count }, () => spell(pick()))
  const sentence = () => {
    const text = words(6 + Math.floor(random() * 14)).join(' ')
    return `${text[0]?.toUpperCase()}${text.slice(1)}.`
  }
  const section = () => {
    let text = sentence()
    for (let next = sentence(); text.length + next.length < sectionChars; next = sentence())
      text += ` ${next}`
    return `## ${words(3).join(' ')}\n\n${text}\n`
  }
  return {
    writeDocument: (sections = sectionsOfDocument) => Array.from({ length: sections }, section).join('\n'),
    writeQuery: () => words(3 + Math.floor(random() * 5)).join(' '),
  }
}

/** Ranks from 0, the n-th with a probability in proportion to 1 / (n + 1). */
function zipfPicker(random: () => number): () => number {
  const sums = new Float64Array(vocabularySize)
  for (let rank = 0; rank < vocabularySize; rank++) sums[rank] = (sums[rank - 1] ?? 0) + 1 / (rank + 1)
  const total = sums[vocabularySize - 1] ?? 1
  return () => {
    const wanted = random() * total
    let low = 0
    for (let high = vocabularySize - 1; low < high;) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? total) > wanted) high = middle
      else low = middle + 1
    }
    return low
  }
}

const onsets = 'b d f g k l m n p r s t v z br tr'.split(' ')
const vowels = 'a e i o u'.split(' ')

/** The word of a rank: two to four syllables, frequent ones the shortest. */
function spell(rank: number): string {
  const syllables = onsets.length * vowels.length
  let word = ''
  for (let rest = rank + syllables; rest > 0; rest = Math.floor(rest / syllables)) {
    const syllable = rest % syllables
    word += `${onsets[Math.floor(syllable / vowels.length)]}${vowels[syllable % vowels.length]}`
  }
  return word
}
