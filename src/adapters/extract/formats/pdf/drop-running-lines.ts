import type { LayoutBlock, ParsedPage } from '@llamaindex/liteparse'

/** The top and the bottom twelfth of a page is where headers and footers stand. */
const band = 1 / 12

/**
 * Drops what stands at the top or bottom of a page and stood there on an earlier page: "Page 3 of 12" and the running
 * title would otherwise cut sentences and fill every chunk. The first one stays, because a contract's number
 * may stand nowhere else. Given the pages one after the other.
 */
export function createRunningLines(): (page: ParsedPage) => LayoutBlock[] {
  const seen = new Set<string>()
  return (page) => (page.blocks ?? []).filter((block) => !hasRun(block, page, seen))
}

function hasRun(block: LayoutBlock, page: ParsedPage, seen: Set<string>): boolean {
  const box = block.bbox
  const text = block.text ?? block.lines?.join(' ') ?? ''
  if (!box || text === '') return false
  const isAtEdge = box.y + box.height <= page.height * band || box.y >= page.height * (1 - band)
  if (!isAtEdge) return false
  const shape = text.replaceAll(/\d+/g, '0').replaceAll(/\s+/g, ' ').trim()
  if (seen.has(shape)) return true
  seen.add(shape)
  return false
}
