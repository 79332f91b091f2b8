import type { Extraction, ExtractionFailure } from '../port.ts'

/** What the parent sends: one document at a time, as a file in the child's scratch directory. */
export type ReadOrder = { path: string; fileName: string; maxTextChars: number }

/** What the child sends: first that it is ready, then one answer for each order. */
export type ChildMessage =
  | { kind: 'ready' }
  | { kind: 'read'; extraction: Extraction; rssBytes: number }
  | { kind: 'failed'; failure: ExtractionFailure; message: string; rssBytes: number }
