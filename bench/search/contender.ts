/** What is searched: made-up texts, each with a unit vector. */
export type Chunks = { texts: readonly string[]; width: number; vectors: Float32Array }

export type Question = { text: string; vector: Float32Array }

/** One way to search. Each question is answered with the ids of at most ten chunks, best first. */
export type Contender = {
  /** What it takes into account, said beside its figures. */
  scores: 'words' | 'meaning' | 'words and meaning'
  search: (question: Question) => Promise<number[]> | number[]
  /** Of its own account, where it has one. */
  indexBytes?: number
  close?: () => Promise<void>
}

export type OpenContender = (chunks: Chunks) => Promise<Contender>
