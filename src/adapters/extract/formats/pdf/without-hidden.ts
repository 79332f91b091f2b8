import type { LiteParse, ParsedPage, TextItem, VectorGraphics } from '@llamaindex/liteparse'

/** Smaller letters, in points, are for nobody's eyes. */
const leastSize = 2

/**
 * A page without the text that its reader cannot see: letters of a point, or in the colour of the paper. It carries
 * instructions for machines past the eyes of the people whose document it is. What is white on something, a picture or a
 * dark field, is seen; the invisible text over a scan stays, because it says what the picture shows.
 */
export function withoutHidden(page: ParsedPage, parser: LiteParse): ParsedPage {
  const visible = page.textItems.filter((item) => isVisible(item, page))
  if (visible.length === page.textItems.length) return page
  const [laidOut] = parser.parsePages([
    { pageNumber: page.pageNum, pageWidth: page.width, pageHeight: page.height, textItems: visible },
  ]).pages
  return { ...page, text: '', blocks: [], ...laidOut, textItems: visible }
}

function isVisible(item: TextItem, page: ParsedPage): boolean {
  // Some programs leave the size to a matrix and the font at 1.
  const size = item.fontHeight ?? item.height
  if (size > 0 && size < leastSize && item.height < leastSize) return false
  if (!isPaperColoured(item.fillColor)) return true
  return hasPictures(page) || isOnField(item, page.vectorGraphics)
}

/** ARGB; a scanner's paper is not quite white. */
function isPaperColoured(colour: string | undefined): boolean {
  if (colour === undefined) return false
  return colour.startsWith('00') || /^..(?:f[a-f0-9]){3}$/i.test(colour)
}

function hasPictures({ complexity }: ParsedPage): boolean {
  return complexity !== undefined && (complexity.fullPageImage || complexity.imageBlockCount > 0)
}

function isOnField(item: TextItem, graphics: VectorGraphics | undefined): boolean {
  const x = item.x + item.width / 2
  const y = item.y + item.height / 2
  return (graphics?.shapes ?? []).some(
    ({ bbox, fill, fillColor }) =>
      fill &&
      !isPaperColoured(fillColor) &&
      x >= bbox.x &&
      x <= bbox.x + bbox.width &&
      y >= bbox.y &&
      y <= bbox.y + bbox.height,
  )
}
