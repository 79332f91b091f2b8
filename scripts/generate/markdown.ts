/** A page of the reference: its title, where it comes from, what it says. */
export function page(title: string, source: string, ...parts: string[]): string {
  const origin = `<!-- Generated from ${source} by \`npm run generate\`. Do not edit. -->`
  return `${[origin, `# ${title}`, ...parts].join('\n\n')}\n`
}

export function table(headings: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n')
}

export function code(text: string): string {
  return `\`${text}\``
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
