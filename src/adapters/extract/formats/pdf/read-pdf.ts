import { LiteParse } from '@llamaindex/liteparse'
import type { ParsedPage } from '@llamaindex/liteparse'
import { ExtractionError } from '../../port.ts'
import { tooMuchText } from '../compose.ts'
import type { Draft, PageSize, Piece, Source } from '../draft.ts'
import { innerPieces } from '../nested/read-inner.ts'
import { createRunningLines } from './drop-running-lines.ts'
import { openOriginal } from './open-original.ts'
import { pagePieces } from './page-pieces.ts'
import { layoutOptions } from './layout-options.ts'
import { noText } from './no-text.ts'
import { needsRecognition, recognisePage } from './recognise-page.ts'
import { withoutHidden } from './without-hidden.ts'

const maxPages = 20_000
const batchPages = 20

/**
 * PDF pages as pieces with their page number, batch by batch, so that long documents take no more memory than their text.
 * Pages without text are recognised when that is on; what is attached follows the last page.
 */
export async function readPdf(source: Source): Promise<Draft> {
  const { bytes, password = '', maxTextChars, onProgress } = source
  const config = { ...layoutOptions, ocrEnabled: false, continueOnPageError: true, maxPages, password }
  const parser = new LiteParse(config)
  const original = await openOriginal(bytes, password)
  const dropRunning = createRunningLines()
  const pieces: Piece[] = []
  const pageSizes: PageSize[] = []
  let chars = 0
  let unrecognised = 0
  try {
    for await (const { result, totalPages } of batches(parser, bytes)) {
      if (totalPages > maxPages)
        throw new ExtractionError('too_large', `The file has more than ${maxPages} pages.`)
      for (const parsed of result.pages) {
        const wantsRecognition = needsRecognition(parsed)
        if (wantsRecognition && !source.recognition) unrecognised++
        const page = await finishPage(parsed, wantsRecognition, source, parser)
        const found = pagePieces(page, dropRunning(page), await original.spellings(page.pageNum))
        chars += found.reduce((sum, piece) => sum + (piece.kind === 'table' ? 0 : piece.text.length), 0)
        if (chars > maxTextChars) throw tooMuchText(maxTextChars)
        pieces.push(...found)
        pageSizes.push({ number: page.pageNum, width: page.width, height: page.height })
        onProgress(page.pageNum, totalPages)
      }
    }
    for (const inner of await original.attachments()) pieces.push(...(await innerPieces(source, inner)))
  } finally {
    await original.close()
  }
  if (pageSizes.length === 0) throw damaged()
  if (unrecognised > 0 && pieces.length === 0) throw noText()
  return { pieces, pageSizes }
}

async function finishPage(
  page: ParsedPage,
  wantsRecognition: boolean,
  source: Source,
  parser: LiteParse,
): Promise<ParsedPage> {
  const { recognition, bytes, password } = source
  const seen = withoutHidden(page, parser)
  return wantsRecognition && recognition ? recognisePage(seen, { bytes, password, recognition }) : seen
}

async function* batches(parser: LiteParse, bytes: Buffer) {
  try {
    yield* parser.parseBatches(bytes, { batchSize: batchPages })
  } catch (error) {
    if (error instanceof ExtractionError) throw error
    throw refused(error)
  }
}

function refused(error: unknown): ExtractionError {
  const message = error instanceof Error ? error.message : ''
  if (/password/i.test(message))
    return new ExtractionError('protected', 'The file is protected with a password.')
  return damaged()
}

function damaged(): ExtractionError {
  return new ExtractionError('damaged', 'The file is damaged: it cannot be read as a PDF.')
}
