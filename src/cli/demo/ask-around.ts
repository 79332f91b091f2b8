import { type Answered, answerLines, refusalOf } from '../ask.ts'
import { bold, faint, type Output, printable, widestLine, wrap } from '../output.ts'
import { formatDuration } from '../progress.ts'
import { type Found, highlight, placeOf } from '../search.ts'
import type { Customer } from './admit-customer.ts'
import { type Ledger, timed } from './ledger.ts'

const indent = ' '.repeat(10)

/** Puts all of the customer's sample searches and questions, and shows the first of each kind. */
export async function askAround(output: Output, ledger: Ledger, customer: Customer): Promise<void> {
  const { searches, questions, unanswerable } = customer.examples
  for (const [i, sample] of searches.entries())
    await searchFor(sample, i === 0 ? output : undefined, ledger, customer)
  for (const [i, sample] of questions.entries())
    await askFor(sample, i === 0 ? output : undefined, ledger, customer)
  for (const [i, question] of unanswerable.entries()) {
    await askInVain(question, i === 0 ? output : undefined, ledger, customer)
  }
}

type Place = { file: string; page: number | null }

async function searchFor(
  { query, ...expected }: Place & { query: string },
  output: Output | undefined,
  ledger: Ledger,
  { name, connection }: Customer,
) {
  const [found, tookMs] = await timed(() => connection.post<Found>('/v1/search', { query, limit: 3 }))
  const first = found.results[0]
  ledger.enter({
    claim: 'searches with the right file and page first',
    held: first !== undefined && isAt(first, expected),
    tookMs,
    detail: `${name}, "${query}": ${first ? placeOf(first) : 'nothing'} came first`,
  })
  if (!output || !first) return
  output.line(`  ${faint('search')}  ${query}  ${faint(formatDuration(tookMs))}`)
  output.line(`${indent}${bold(placeOf(first))}`)
  output.line(
    wrap(highlight(first.snippet, first.highlights, bold), Math.min(output.columns, widestLine), indent),
  )
}

async function askFor(
  { question, answer_contains: words, ...expected }: Place & { question: string; answer_contains: string },
  output: Output | undefined,
  ledger: Ledger,
  { name, connection }: Customer,
) {
  const [answered, tookMs] = await timed(() => connection.post<Answered>('/v1/ask', { question }))
  const backing = answered.citations.find(
    (citation) => isAt(citation, expected) && citation.quote.includes(words),
  )
  ledger.enter({
    claim: 'answers with the right words, file and page',
    held: !answered.refused && answered.answer.includes(words) && backing !== undefined,
    tookMs,
    detail: `${name}, "${question}": ${answered.refused ? 'refused' : printable(answered.answer)}`,
  })
  if (!output) return
  output.line(`  ${faint('ask')}     ${question}  ${faint(formatDuration(tookMs))}`)
  for (const line of answerLines(answered, output.columns, indent)) output.line(line)
}

async function askInVain(
  question: string,
  output: Output | undefined,
  ledger: Ledger,
  { name, connection }: Customer,
) {
  const [answered, tookMs] = await timed(() => connection.post<Answered>('/v1/ask', { question }))
  ledger.enter({
    claim: 'questions without an answer refused',
    held: answered.refused && answered.citations.length === 0,
    tookMs,
    detail: `${name}, "${question}": ${printable(answered.answer)}`,
  })
  if (!output) return
  output.line(`  ${faint('ask')}     ${question}  ${faint(formatDuration(tookMs))}`)
  output.line(`${indent}${answered.refused ? refusalOf(answered.reason) : printable(answered.answer)}`)
}

function isAt(found: { file_name: string; page: number | null }, { file, page }: Place): boolean {
  return found.file_name === file && found.page === page
}
