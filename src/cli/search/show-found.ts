import { bold, faint, formatTable, type Output, printable, widestLine, wrap } from '../output.ts'

type Place = {
  chunk_id: string
  score: number
  snippet: string
  highlights: [number, number][]
  page: number | null
  heading: string | null
}
type Neighbour = { text: string }
export type Hit = Place & {
  file_id: string
  file_name: string
  before?: Neighbour[]
  after?: Neighbour[]
  more_chunks?: Place[]
}
type Facet = { values: { value: string | number | boolean; count: number }[]; other: number }
export type Found = {
  results: Hit[]
  total: number
  next_cursor?: string | null
  facets?: Record<string, Facet>
  mode_used: string
  degraded: boolean
  corrections?: { word: string; used: string[] }[]
  took_ms: number
}

export function showFound(output: Output, found: Found): void {
  output.json(found)
  const { results, total, mode_used: mode, degraded, took_ms: tookMs, facets = {} } = found
  output.line(faint(`${total} found in ${Math.round(tookMs)} ms (${mode}${degraded ? ', degraded' : ''})`))
  for (const { word, used } of found.corrections ?? [])
    output.line(faint(`${printable(used.join(', '))} instead of ${printable(word)}`))
  for (const [i, hit] of results.entries()) showHit(output, hit, i + 1)
  for (const [name, facet] of Object.entries(facets)) {
    output.line(`\n${bold(printable(name))}`)
    for (const line of formatTable(rowsOf(facet))) output.line(`   ${line}`)
  }
  if (found.next_cursor) output.line(faint(`\nMore with --cursor ${found.next_cursor}`))
}

function showHit(output: Output, hit: Hit, number: number) {
  const { heading, before = [], after = [], more_chunks: more = [] } = hit
  output.line(`\n${bold(`${number}  ${placeOf(hit)}`)}  ${faint(`${hit.score.toFixed(3)}  ${hit.chunk_id}`)}`)
  if (heading) output.line(`   ${faint(printable(heading))}`)
  const show = (text: string) => output.line(wrap(text, Math.min(output.columns, widestLine), '   '))
  for (const { text } of before) show(faint(printable(text)))
  show(highlight(hit.snippet, hit.highlights, bold))
  for (const { text } of after) show(faint(printable(text)))
  for (const place of more) {
    const page = place.page === null ? '' : `page ${place.page}, `
    output.line(`   ${faint(`also ${page}${place.score.toFixed(3)}  ${place.chunk_id}`)}`)
    show(highlight(place.snippet, place.highlights, bold))
  }
}

function rowsOf({ values, other }: Facet): string[][] {
  const rows = values.map(({ value, count }) => [printable(String(value)), String(count)])
  return other === 0 ? rows : [...rows, ['others', String(other)]]
}

export function placeOf({ file_name: name, page }: Pick<Hit, 'file_name' | 'page'>): string {
  return `${printable(name)}${page === null ? '' : `, page ${page}`}`
}

/** @param ranges of UTF-16 units of `text`, from and to before, rising and apart */
export function highlight(text: string, ranges: [number, number][], mark: (text: string) => string): string {
  const pieces: string[] = []
  let end = 0
  for (const [from, to] of ranges) {
    pieces.push(printable(text.slice(end, from)), mark(printable(text.slice(from, to))))
    end = to
  }
  return [...pieces, printable(text.slice(end))].join('')
}
