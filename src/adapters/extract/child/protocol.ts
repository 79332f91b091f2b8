import type { Recognition } from '../formats/draft.ts'
import type { Extraction, ExtractionFailure, PagePicture } from '../port.ts'

/** What the parent sends: one document at a time, as a file in the child's scratch directory. */
export type Order = { path: string; password: string | undefined } & (
  | { kind: 'read'; fileName: string; maxTextChars: number; recognition: Recognition | undefined }
  | { kind: 'draw'; page: number }
)

/** What the child sends: first that it is ready, then progress and one outcome for each order. */
export type ChildMessage = { kind: 'ready' } | { kind: 'progress'; done: number; total: number } | Outcome

export type Outcome = { rssBytes: number } & (
  | { kind: 'read'; extraction: Extraction }
  | { kind: 'drawn'; picture: PagePicture }
  | { kind: 'failed'; failure: ExtractionFailure; message: string }
)
