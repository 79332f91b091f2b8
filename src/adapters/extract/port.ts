import type { Readable } from 'node:stream'

/** What a document says, as text with its structure. Every offset is in UTF-16 code units into `text`. */
export type Extraction = {
  /** Decided by content; the file name only decides among text types. */
  mediaType: string
  /** Markdown-like, NFC, `\n` line ends; no NUL, no lone surrogate, no invisible or bidirectional control characters. */
  text: string
  /** Pages of a PDF, slides of a presentation, ascending; a page without text has no entry. Empty when the format has none. */
  pages: Page[]
  /** Of a PDF or a picture: where parts of the text stand on their page. Not every character has one. */
  boxes: Box[]
  pageSizes: { number: number; width: number; height: number }[]
  /** In order, without overlap, covering all text that is not blank. */
  blocks: Block[]
  /** ISO 639-1, or `und` when there is too little text to tell. */
  language: string
  title: string | undefined
}

/** `number` counts from 1; `end` is exclusive. */
export type Page = { number: number; start: number; end: number }

/** A line or a cell; `x`, `y`, `width`, `height` in points (1/72 inch) from the top left of the page as it is seen. */
export type Box = {
  page: number
  start: number
  end: number
  x: number
  y: number
  width: number
  height: number
}

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
  /** Of a document with pages: how many are read, and of how many. */
  onProgress?: (done: number, total: number) => void
  signal?: AbortSignal
}

/** A page as it is seen; `width` and `height` in pixels of the PNG. */
export type PagePicture = { png: Uint8Array; width: number; height: number }

export type Extractor = {
  /** Throws `ExtractionError`, the signal's reason when aborted, or what reading `content` threw. */
  extract: (request: ExtractRequest) => Promise<Extraction>
  /**
   * Draws a page of a PDF or a picture, `page` counted from 1. Throws like `extract`; `unsupported` for what has no pages to draw and
   * pages that are not there.
   */
  drawPage: (request: ExtractRequest, page: number) => Promise<PagePicture>
  /** Ends all processes; work under way fails as `crashed`. */
  close: () => Promise<void>
  /** Starts the first process, so that the first document need not wait for it. */
  warmUp?: () => void
}
