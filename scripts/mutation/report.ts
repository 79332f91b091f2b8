import type { Mutation } from '../../test/mutation/mutation.ts'
import type { Outcome } from './try-mutation.ts'

export type Result = Outcome & { mutation: Mutation; place: 'embedded' | 'server'; seconds: number }

/** One guard a row: what it stands for, whether its loss was noticed, and by which test. */
export function describeResults(results: readonly Result[]): string {
  const rows = results
    .toSorted((a, b) => a.mutation.statement.localeCompare(b.mutation.statement))
    .map(
      ({ mutation, place, isCaught, by }) =>
        `${mutation.statement}  ${isCaught ? 'caught' : 'MISSED'}  ${mutation.guard} [${mutation.file}, ${place}]\n` +
        `             ${by}`,
    )
  return rows.join('\n')
}

export function describeProgress({ mutation, isCaught, by, place, seconds }: Result): string {
  const said = isCaught ? '' : `: ${by}`
  return `${isCaught ? 'caught' : 'MISSED'}  ${mutation.statement}  ${mutation.guard} (${place}, ${seconds.toFixed(1)} s)${said}`
}

/** The last line, and whether the run succeeded: a survivor fails it, and so does a run of nothing. */
export function sumUp(results: readonly Result[]): { line: string; isOk: boolean } {
  const caught = results.filter(({ isCaught }) => isCaught).length
  const missed = results.length - caught
  return { line: `${caught} caught, ${missed} missed`, isOk: missed === 0 && caught > 0 }
}
