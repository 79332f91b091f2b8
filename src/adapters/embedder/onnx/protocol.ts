import type { ModelFolder } from './read-folder.ts'

/** What the process of a model is started with, as JSON in its first argument. */
export type ModelOrder = Pick<ModelFolder, 'file' | 'vocabulary' | 'pooling' | 'maxPieces'> & {
  threads: number
}

export type ToModel = { texts: string[] }

/** The first message is `ready` or `refused`; after that one for each order. */
export type FromModel =
  | { kind: 'ready'; width: number }
  | { kind: 'refused'; message: string }
  | { kind: 'done'; vectors: Int8Array; scales: Float32Array }
  | { kind: 'failed'; message: string }
