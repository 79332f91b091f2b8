import type { Demand } from './read-manifest.ts'
import type { Outcome } from './try-file.ts'

/** What a file's outcome lacks of what is demanded; nothing when it is as it should be. */
export function judge(demand: Demand, outcome: Outcome): string[] {
  return [
    ...judgeOutcome(demand, outcome),
    ...missing(demand.expect, outcome.failure === undefined ? outcome.text : undefined),
    ...missing(demand.withPassword, outcome.textWithPassword).map((why) => `with the password: ${why}`),
    ...demand.mustNot
      .filter((text) => `${outcome.text} ${outcome.textWithPassword ?? ''}`.includes(text))
      .map((text) => `has "${text}"`),
    ...(outcome.ms > demand.maxSeconds * 1000 ? [`took ${(outcome.ms / 1000).toFixed(1)} s`] : []),
    ...(outcome.rssMb > demand.maxMb ? [`took ${outcome.rssMb.toFixed(0)} MB`] : []),
  ]
}

function judgeOutcome({ outcome: wanted }: Demand, { failure }: Outcome): string[] {
  if (failure === 'crashed' || failure === 'error') return [`ended its process: ${failure}`]
  if (wanted === 'text' && failure !== undefined) return [`failed: ${failure}`]
  if (wanted === 'failed' && failure === undefined) return ['was read, and should have failed']
  if (wanted === 'protected' && failure !== 'protected')
    return [`is not refused as protected: ${failure ?? 'read'}`]
  return []
}

function missing(wanted: string[], text: string | undefined): string[] {
  if (text === undefined) return []
  const folded = fold(text)
  return wanted.filter((one) => !folded.includes(fold(one))).map((one) => `lacks "${one}"`)
}

function fold(text: string): string {
  return text.normalize('NFKC').replaceAll(/\s+/g, ' ').trim()
}
