import { CommandFailure } from '../failure.ts'
import { bold, formatTable, type Output } from '../output.ts'
import { formatDuration } from '../progress.ts'

export type Entry = {
  /** What is claimed to hold, the same words for every trial of it. */
  claim: string
  held: boolean
  tookMs: number
  /** What was seen; shown when the claim did not hold. */
  detail: string
}

export type Ledger = {
  enter: (entry: Entry) => void
  show: (output: Output) => void
  /** @throws CommandFailure naming each trial that did not hold */
  refuseFailures: () => void
}

/** What the demo has tried and found. */
export function openLedger(): Ledger {
  const entries: Entry[] = []
  return {
    enter: (entry) => void entries.push(entry),
    show: (output) => {
      for (const { claim, held, tookMs, detail } of entries) {
        output.json({ claim, held, took_ms: Math.round(tookMs * 10) / 10, detail })
      }
      const [head, ...rows] = formatTable([['Shown', 'held', 'typical time'], ...claimRows(entries)])
      output.line(`\n${bold(head ?? '')}`)
      for (const row of rows) output.line(row)
    },
    refuseFailures: () => {
      if (entries.length === 0) throw new CommandFailure('failedCheck', 'The demo has tried nothing.')
      const failed = entries.filter((entry) => !entry.held)
      if (failed.length === 0) return
      throw new CommandFailure('failedCheck', `${failed.length} of ${entries.length} trials did not hold.`, {
        details: failed.map(({ claim, detail }) => `${claim} (${detail})`),
      })
    },
  }
}

export async function timed<T>(work: () => Promise<T>): Promise<[result: T, tookMs: number]> {
  const startedAt = performance.now()
  return [await work(), performance.now() - startedAt]
}

function claimRows(entries: Entry[]): string[][] {
  return [...Map.groupBy(entries, ({ claim }) => claim)].map(([claim, trials]) => [
    claim,
    `${trials.filter(({ held }) => held).length}/${trials.length}`,
    formatDuration(median(trials.map(({ tookMs }) => tookMs))),
  ])
}

/** The upper one of two in the middle. */
function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
