import { LiteParse } from '@llamaindex/liteparse'
import { ExtractionError } from '../../port.ts'
import type { Draft, Source } from '../draft.ts'
import { pagePieces } from './page-pieces.ts'
import { layoutOptions } from './layout-options.ts'
import { noText } from './no-text.ts'
import { recognisePage } from './recognise-page.ts'

/** A picture by what is written in it. */
export async function readImage(source: Source): Promise<Draft> {
  const { recognition, bytes, password } = source
  if (!recognition) throw noText()
  const { pages } = await new LiteParse({ ...layoutOptions, ocrEnabled: false }).parse(bytes).catch(() => {
    throw new ExtractionError('damaged', 'The file is damaged: it cannot be shown as a picture.')
  })
  const found = []
  for (const page of pages) {
    const recognised = await recognisePage(page, { bytes, password, recognition })
    found.push({ page: recognised, pieces: pagePieces(recognised, recognised.blocks ?? [], new Map()) })
  }
  return {
    pieces: found.flatMap(({ pieces }) => pieces),
    pageSizes: found.map(({ page }) => ({ number: page.pageNum, width: page.width, height: page.height })),
  }
}
