import type { LayoutBlock, ParsedPage } from '@llamaindex/liteparse'
import { tableRows } from './table-rows.ts'

/** The share of a page's upright letters and digits that its blocks do not have. */
export function lostLetters(page: ParsedPage): number {
  const wanted = countLetters(
    page.textItems.filter((item) => (item.rotation ?? 0) === 0).map((item) => item.text),
  )
  const found = countLetters((page.blocks ?? []).flatMap(blockTexts))
  let missing = 0
  let total = 0
  for (const [letter, count] of wanted) {
    total += count
    missing += Math.max(0, count - (found.get(letter) ?? 0))
  }
  return total === 0 ? 0 : missing / total
}

function blockTexts(block: LayoutBlock): string[] {
  return [block.text ?? '', block.marker ?? '', ...(block.lines ?? []), ...tableRows(block).flat()]
}

function countLetters(texts: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) {
    for (const letter of text.normalize('NFKC')) {
      if (/[\p{L}\p{N}]/u.test(letter)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    }
  }
  return counts
}
