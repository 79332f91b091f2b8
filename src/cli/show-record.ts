import { faint, formatTable, type Output, printable } from './output.ts'

export type Record = { [field: string]: unknown }

export function showRecord(output: Output, record: Record) {
  output.json(record)
  const rows = Object.entries(record).filter(([, value]) => value !== null)
  for (const line of formatTable(rows.map(([name, value]) => [name, cell(value)]))) output.line(line)
}

/** A table for people, one document a line for programs, as the pages arrive. `a.b` is the column of what is within `a`. */
export async function showList(output: Output, records: AsyncIterable<Record>, columns: string[]) {
  const rows: string[][] = []
  for await (const record of records) {
    output.json(record)
    rows.push(columns.map((column) => cell(fieldOf(record, column))))
  }
  const [head, ...body] = formatTable([columns, ...rows])
  output.line(rows.length === 0 ? 'There are none.' : faint(head ?? ''))
  for (const line of body) output.line(line)
}

function fieldOf(record: Record, column: string): unknown {
  return column.split('.').reduce<unknown>((value, name) => (value as Record | null)?.[name], record)
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '-'
  if (Array.isArray(value)) return printable(value.join(' '))
  return printable(typeof value === 'string' ? value : JSON.stringify(value))
}

/** A list that is there as a whole, to be shown as one that comes page by page. */
export async function* inTurn<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all
}
