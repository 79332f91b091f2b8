import { bold, formatTable, type Output, printable, widestLine, wrap } from '../output.ts'

type Files = { files: number; names: (string | null)[] }
type Done = { by: ({ who: { type: string; name: string | null } } & Files)[] }
type Searched = { query: string; searches: number; without_results: number }
export type Digest = {
  words: string
  not_phrased_by: string | null
  added: Done
  changed: Done
  removed: Done
  failed: { reasons: ({ reason: string | null } & Files)[] }
  searches: { most_searched: Searched[]; unanswered: Searched[] } | null
}

/** Its words, then short lists. */
export function showDigest(output: Output, digest: Digest): void {
  output.json(digest)
  const { words, added, changed, removed, failed, searches } = digest
  output.line(wrap(printable(words), Math.min(output.columns, widestLine)))
  if (digest.not_phrased_by !== null)
    output.note(`Put together without the chosen model: ${digest.not_phrased_by.replaceAll('_', ' ')}.`)
  showTable(output, 'Added', doneRows(added))
  showTable(output, 'Changed', doneRows(changed))
  showTable(output, 'Removed', doneRows(removed))
  showTable(
    output,
    'Not read',
    failed.reasons.map((group) => [group.reason ?? '-', ...filesIn(group)]),
  )
  showTable(
    output,
    'Most searched',
    (searches?.most_searched ?? []).map(({ query, searches: count }) => [query, String(count)]),
  )
  showTable(
    output,
    'Searched for nothing',
    (searches?.unanswered ?? []).map(({ query, without_results: count }) => [query, String(count)]),
  )
}

function doneRows({ by }: Done): string[][] {
  return by.map((group) => [group.who.name ?? `a ${group.who.type}`, ...filesIn(group)])
}

function filesIn({ files, names }: Files): string[] {
  return [String(files), names.map((name) => name ?? '-').join(', ')]
}

function showTable(output: Output, title: string, rows: string[][]): void {
  if (rows.length === 0) return
  output.line(`\n${bold(title)}`)
  for (const line of formatTable(rows.map((row) => row.map(printable)))) output.line(line)
}
