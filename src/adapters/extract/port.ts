import type { Readable } from 'node:stream'

/** What a document says, as text with its structure. Every offset is in UTF-16 code units into `text`. */
export type Extraction = {
  /** Decided by content; the file name only decides among text types. */
  mediaType: string
  /** Markdown-like, NFC, `\n` line ends; no NUL, no lone surrogate, no invisible or bidirectional control characters. */
  text: string
  /** Pages of a PDF, slides of a presentation, ascending; a page without text has no entry. Empty when the format has none. */
  pages: Page[]
  /** In order, without overlap, covering all text that is not blank. */
  blocks: Block[]
  /** ISO 639-1, or `und` when there is too little text to tell. */
  language: string
  title: string | undefined
}

/** `number` counts from 1; `end` is exclusive. */
export type Page = { number: number; start: number; end: number }

export type Block =
  /** `level` 1 to 6. */
  | { kind: 'heading'; level: number; start: number; end: number }
  | { kind: 'paragraph' | 'list' | 'code'; start: number; end: number }
  /** One row per line; `headerEnd` is the end of the header row with its separator line, line end excluded. */
  | { kind: 'table'; start: number; end: number; headerEnd: number }

export type ExtractionFailure =
  | 'protected'
  | 'empty'
  | 'damaged'
  | 'too_large'
  | 'unsupported'
  | 'no_text'
  | 'timed_out'
  | 'out_of_memory'
  | 'crashed'

/** The message is one plain sentence for the person who uploaded the file: it holds nothing of its content. */
export class ExtractionError extends Error {
  readonly failure: ExtractionFailure

  constructor(failure: ExtractionFailure, message: string) {
    super(message)
    this.name = 'ExtractionError'
    this.failure = failure
  }
}

export type ExtractRequest = {
  /** The tenant: a process that has seen a document of one never sees one of another. */
  affinity: string
  fileName: string
  content: () => Promise<Readable> | Readable
  sizeBytes: number
  /** Opens a protected document. It is used and forgotten. */
  password?: string
  signal?: AbortSignal
}

export type Extractor = {
  /** Throws `ExtractionError`, the signal's reason when aborted, or what reading `content` threw. */
  extract: (request: ExtractRequest) => Promise<Extraction>
  /** Ends all processes; work under way fails as `crashed`. */
  close: () => Promise<void>
  /** Starts the first process, so that the first document need not wait for it. */
  warmUp?: () => void
}
