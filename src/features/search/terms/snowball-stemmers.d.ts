declare module 'snowball-stemmers' {
  export type Stemmer = { stem(word: string): string }
  const snowball: { newStemmer(algorithm: string): Stemmer }
  export default snowball
}
