/** Rows under headings; columns of numbers to the right. */
export function printTable(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...rows.map((row) => row[i]?.length ?? 0)),
  )
  const isNumber = headings.map((_, i) => rows.every((row) => /^[-\d.,%–]*( \w+)?$/.test(row[i] ?? '')))
  const line = (cells: readonly string[]) =>
    widths
      .map((width, i) => (isNumber[i] ? (cells[i] ?? '').padStart(width) : (cells[i] ?? '').padEnd(width)))
      .join('  ')
      .trimEnd()
  console.log([headings, widths.map((width) => '─'.repeat(width)), ...rows].map(line).join('\n'))
}
