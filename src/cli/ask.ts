import { Command } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { bold, faint, type Output, printable, widestLine, wrap } from './output.ts'
import { spacesOf, wholeNumber } from './search/read-request.ts'
import { placeOf } from './search/show-found.ts'

export type Citation = {
  index: number
  file_id: string
  file_name: string
  page: number | null
  quote: string
}
export type Answered = {
  /** Quotes or sentences with markers, a blank line between paragraphs; empty when refused. */
  answer: string
  refused: boolean
  reason: string | null
  citations: Citation[]
}

export function askCommand(): Command {
  return addConnectionOptions(new Command('ask'))
    .description('Ask a question; the answer cites its sources literally, or is refused')
    .argument('<question...>', 'in words, as one would ask a person')
    .option(
      '--space <space...>',
      'ids or slugs, or * for every one the key may read; left out, the default space',
    )
    .option('--folder <id...>', 'only files in these folders, at any depth')
    .option('--top-k <number>', 'pieces of evidence at most, 1 to 30', wholeNumber)
    .action(async (words: string[], options: Options, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const body = {
        question: words.join(' '),
        ...spacesOf(options),
        folders: options.folder,
        top_k: options.topK,
      }
      show(output, await connection.post<Answered>('/v1/ask', body))
    })
}

type Options = { space?: string[]; folder?: string[]; topK?: number }

function show(output: Output, answered: Answered) {
  output.json(answered)
  if (answered.refused) output.line(refusalOf(answered.reason))
  else for (const line of answerLines(answered, output.columns)) output.line(line)
}

const refusals: Record<string, string> = {
  no_evidence: 'nothing in these documents speaks of it',
  low_evidence: 'what these documents say of it is not enough for an answer',
  ungrounded: 'no answer could be backed by a literal quote',
  out_of_scope: 'the question is not one these documents are meant for',
}

export function refusalOf(reason: string | null): string {
  return `No answer: ${refusals[reason ?? ''] ?? 'it was refused'}${reason === null ? '' : ` (${printable(reason)})`}.`
}

/**
 * The answer, then each citation with its place. A quote that stands in the answer word for word, as all do that no
 * model has written, is not repeated.
 */
export function answerLines({ answer, citations }: Answered, columns: number, indent = ''): string[] {
  const width = Math.min(columns, widestLine)
  return [
    ...answer.split('\n\n').map((paragraph) => wrap(printable(paragraph), width, indent)),
    ...citations.flatMap((citation) => [
      `${indent}${bold(`[${citation.index}]`)} ${placeOf(citation)}`,
      ...(answer.includes(citation.quote)
        ? []
        : [faint(wrap(`“${printable(citation.quote)}”`, width, `${indent}    `))]),
    ]),
  ]
}
