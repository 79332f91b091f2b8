import { Command, InvalidArgumentError } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { bold, faint, type Output, printable, widestLine, wrap } from './output.ts'

export type Hit = {
  file_id: string
  file_name: string
  score: number
  text: string
  snippet: string
  highlights: [number, number][]
  page: number | null
  heading: string | null
}
export type Found = { results: Hit[]; total: number; mode_used: string; degraded: boolean; took_ms: number }

export function searchCommand(): Command {
  return addConnectionOptions(new Command('search'))
    .description('Search the documents of a tenant')
    .argument('<query...>', 'words; "a phrase" must stand literally, -word must not stand')
    .option(
      '--space <space...>',
      'ids or slugs, or * for every one the key may read; left out, the default space',
    )
    .option('--mode <mode>', 'hybrid, text or vector')
    .option('--limit <number>', 'results at most, 1 to 100', wholeNumber)
    .action(async (words: string[], options: Options, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const { mode, limit } = options
      const body = { query: words.join(' '), ...spacesOf(options), mode, limit }
      show(output, await connection.post<Found>('/v1/search', body))
    })
}

type Options = { space?: string[]; mode?: string; limit?: number }

/** `*` has to be said, and means every space only when it stands alone. */
export function spacesOf({ space }: { space?: string[] }): { spaces?: string | string[] } {
  if (space === undefined) return {}
  return { spaces: space.length === 1 && space[0] === '*' ? '*' : space }
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

function show(output: Output, found: Found) {
  output.json(found)
  const { results, total, mode_used: mode, degraded, took_ms: tookMs } = found
  output.line(faint(`${total} found in ${Math.round(tookMs)} ms (${mode}${degraded ? ', degraded' : ''})`))
  for (const [i, hit] of results.entries()) {
    output.line(`\n${bold(`${i + 1}  ${placeOf(hit)}`)}  ${faint(hit.score.toFixed(3))}`)
    if (hit.heading) output.line(`   ${faint(printable(hit.heading))}`)
    output.line(
      wrap(highlight(hit.snippet, hit.highlights, bold), Math.min(output.columns, widestLine), '   '),
    )
  }
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
