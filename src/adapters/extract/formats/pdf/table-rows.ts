import type { LayoutBlock } from '@llamaindex/liteparse'

/** The cells of a table as the parser found them, its header first. */
export function tableRows(block: LayoutBlock): string[][] {
  return [block.header ?? [], ...(block.rows ?? [])].map((row) => row.map((cell) => cell.text))
}
