import { Command, InvalidArgumentError } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { formatTable, type Output, printable } from './output.ts'

type Asked = { query: string | null; fingerprint: string; searches: number; without_results: number }
type Insight = {
  keeps_queries: boolean
  searches: number
  without_results: number
  click_through: number | null
  took_ms: { p50: number; p95: number; p99: number } | null
  most_asked: Asked[]
  most_without_results: Asked[]
}

type Options = { space?: string; days: string; limit: string; keepQueries?: boolean }

export function insightCommand(): Command {
  return addConnectionOptions(new Command('insight'))
    .description('What is searched for, how fast it is answered, and what is not found')
    .option('--space <space>', 'id or slug; left out, every space')
    .option('--days <days>', 'up to now', '30')
    .option('--limit <count>', 'of each list', '10')
    .option(
      '--keep-queries <on|off>',
      'keep the words of searches from now on, or remove those kept',
      readSwitch,
    )
    .action(async ({ space, days, limit, keepQueries }: Options, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      if (keepQueries !== undefined)
        await connection.patch('/v1/search/insight', { keeps_queries: keepQueries })
      const query = new URLSearchParams({ days, limit, ...(space === undefined ? {} : { space }) })
      show(output, await connection.get<Insight>(`/v1/search/insight?${query.toString()}`))
    })
}

function readSwitch(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new InvalidArgumentError('It is on or off.')
  return text === 'on'
}

function show(output: Output, insight: Insight): void {
  output.json(insight)
  const { searches, without_results, click_through, took_ms } = insight
  output.line(`${searches} searches, ${without_results} without results`)
  if (click_through !== null) output.line(`${Math.round(click_through * 100)} % with a result opened`)
  if (took_ms)
    output.line(`half within ${took_ms.p50} ms, 95 % within ${took_ms.p95}, 99 % within ${took_ms.p99}`)
  showAsked(output, 'Asked most', insight.most_asked)
  showAsked(output, 'Asked for nothing', insight.most_without_results)
}

function showAsked(output: Output, title: string, asked: readonly Asked[]): void {
  if (asked.length === 0) return
  const rows = asked.map(({ query, fingerprint, searches, without_results }) => [
    query === null ? fingerprint : printable(query),
    String(searches),
    String(without_results),
  ])
  output.line('')
  for (const line of formatTable([[title, 'searches', 'without results'], ...rows])) output.line(line)
}
