import {
  cleaningInWords,
  type Progress,
  type Report,
  type StatementReport,
  verdicts,
} from '#isolation/index.ts'
import { CommandFailure } from '../failure.ts'
import { bold, faint, type Output, printable, widestLine, wrap } from '../output.ts'
import { formatDuration } from '../progress.ts'

const redrawEveryMs = 100
const mostShown = 20

/** A check as it goes on: a bar on a terminal, a line for each statement that has ended. */
export function showCheck(output: Output) {
  const startedAt = performance.now()
  let latest: Progress | undefined
  const draw = () =>
    latest && output.redraw(formatCheck(latest, performance.now() - startedAt, output.columns - 1))
  const timer = output.isTerminal ? setInterval(draw, redrawEveryMs) : undefined
  return {
    onProgress: (progress: Progress) => void (latest = progress),
    onStatement: (statement: StatementReport) => {
      output.redraw('')
      output.json({ statement })
      showStatement(output, statement)
    },
    stop: () => {
      clearInterval(timer)
      output.redraw('')
    },
    conclude: (report: Report, folder: string | undefined) => conclude(output, report, folder),
  }
}

const barWidth = 24

/** `██████░░░░░░  50 %  markers  1,200 probes  310/s  12 s left`, cut to the width of the terminal. */
export function formatCheck(
  { statement, done, expected }: Progress,
  elapsedMs: number,
  columns: number,
): string {
  const share = Math.min(1, done / Math.max(1, expected))
  const filled = Math.floor(share * barWidth)
  const perSecond = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0
  const left = Math.max(0, expected - done)
  const parts = [
    `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${String(Math.floor(share * 100)).padStart(3)} %`,
    statement,
    `${done.toLocaleString('en')} probes`,
    `${Math.round(perSecond).toLocaleString('en')}/s`,
    ...(perSecond > 0 ? [`${formatDuration((left * 1000) / perSecond)} left`] : []),
  ]
  return parts.join('  ').slice(0, columns)
}

function showStatement(output: Output, statement: StatementReport) {
  const { id, held, title, probes, findings, not_checked: notChecked, broken_off: brokenOff } = statement
  const word = held ? 'held' : findings.length > 0 ? 'FAILED' : 'not shown'
  const numbers = faint(`${probes.toLocaleString('en')} probes, ${formatDuration(statement.took_ms)}`)
  output.line(`${word.padEnd(9)}  ${bold(id.padEnd(16))}  ${numbers}`)
  output.line(faint(wrap(title, Math.min(output.columns, widestLine), ' '.repeat(11))))
  for (const { request, problem } of findings.slice(0, mostShown)) {
    output.line(`${' '.repeat(11)}- ${printable(`${request}: ${problem}`)}`)
  }
  for (const { what, why } of notChecked)
    output.line(`${' '.repeat(11)}not checked: ${printable(`${what}: ${why}`)}`)
  if (brokenOff !== null) output.line(`${' '.repeat(11)}broken off: ${printable(brokenOff)}`)
}

/** @throws CommandFailure unless everything held */
function conclude(output: Output, report: Report, folder: string | undefined) {
  output.json({ report })
  const rate = Math.round((report.requests * 1000) / Math.max(1, report.took_ms))
  output.line(
    `\n${report.requests.toLocaleString('en')} requests in ${formatDuration(report.took_ms)}, ${rate} a second.`,
  )
  output.line(`Left behind: ${printable(cleaningInWords(report.cleaning))}`)
  if (folder !== undefined) output.line(`The report is in ${folder}.`)
  if (report.verdict === 'held') return output.line(bold(verdicts.held))
  throw report.verdict === 'leaked' ? leaked(report) : incomplete(report)
}

/** Names every statement that fails before any of them a second time: one of them may have hundreds. */
function leaked({ statements }: Report): CommandFailure {
  const found = statements.flatMap(({ id, findings }) =>
    findings.map(({ request, problem }, turn) => ({ turn, line: `${id}: ${request}: ${problem}` })),
  )
  return new CommandFailure('failedCheck', `${verdicts.leaked.split(':')[0]}: ${found.length} findings.`, {
    details: found
      .toSorted((one, other) => one.turn - other.turn)
      .slice(0, mostShown)
      .map(({ line }) => line),
  })
}

function incomplete({ statements }: Report): CommandFailure {
  const why = statements.flatMap(({ id, broken_off: reason }) =>
    reason === null ? [] : [`${id}: ${reason}`],
  )
  return new CommandFailure('upstream', verdicts.incomplete, { details: why })
}
