import { median } from '../speed/measure-search.ts'
import { type MedianRatio, medianRatio, writeInterval } from './median-ratio.ts'
import { printTable } from './print-table.ts'
import type { Times } from './time-acts.ts'

/** One act and one kind of time: medians of both sides in milliseconds, and of their ratio. */
export type Finding = MedianRatio & { what: string; time: string; withMs: number; withoutMs: number }

export function summariseActs(times: ReadonlyMap<string, Times[]>): Finding[] {
  return [...times].flatMap(([what, rounds]) =>
    (['clientMs', 'processorMs'] as const).map((time) => ({
      what,
      time: time === 'clientMs' ? 'client' : 'processor',
      withMs: median(rounds.map((round) => round.with[time])),
      withoutMs: median(rounds.map((round) => round.without[time])),
      ...medianRatio(rounds.map((round) => round.with[time] / round.without[time])),
    })),
  )
}

/** @param done what one side does and the other does not, as in `sealed` */
export function printActs(findings: readonly Finding[], done: string): void {
  printTable(
    ['what', 'time', `${done} ms`, `not ${done} ms`, 'ratio', 'interval of 95 %'],
    findings.map((one) => [
      one.what,
      one.time,
      one.withMs.toFixed(2),
      one.withoutMs.toFixed(2),
      one.ratio.toFixed(3),
      writeInterval(one),
    ]),
  )
}
