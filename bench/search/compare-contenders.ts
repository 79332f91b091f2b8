import { type MedianRatio, medianRatio } from '../command/median-ratio.ts'
import { percentile } from '../quality/metrics.ts'
import { contenders, own } from './contenders.ts'
import { type Built, startContender, type StartedContender } from './start-contender.ts'

export type Finding = Built & {
  name: string
  chunks: number
  questions: number
  p50Ms: number
  p99Ms: number
  /** How many times as long as ours, question by question. */
  timesOurs: MedianRatio | undefined
}

const warmUps = 20
/** A contender is asked no longer than this, however few questions that were. */
const maxMsEach = 60_000

/** Asks ours and each other in turn, question by question, one other at a time. */
export async function compareContenders(
  chunks: number,
  questions: number,
  isBeside: boolean,
  onStart: (name: string) => void,
): Promise<Finding[]> {
  onStart(own)
  const ours = await startContender(own, chunks, questions)
  try {
    const findings = [await measure(own, chunks, questions, ours, undefined)]
    for (const name of isBeside ? contenders.filter((other) => other !== own) : []) {
      onStart(name)
      const other = await startContender(name, chunks, questions)
      findings.push(await measure(name, chunks, questions, other, ours))
      await other.end()
    }
    return findings
  } finally {
    await ours.end()
  }
}

async function measure(
  name: string,
  chunks: number,
  questions: number,
  asked: StartedContender,
  ours: StartedContender | undefined,
): Promise<Finding> {
  const times: number[] = []
  const ratios: number[] = []
  const until = performance.now() + maxMsEach
  for (let i = -warmUps; i < questions; i++) {
    if (performance.now() > until && times.length > 0) break
    const question = Math.abs(i) % questions
    const { ms } = await asked.ask(question)
    const beside = await ours?.ask(question)
    if (i < 0) continue
    times.push(ms)
    if (beside) ratios.push(ms / beside.ms)
  }
  return {
    ...asked.built,
    name,
    chunks,
    questions: times.length,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    timesOurs: ours && medianRatio(ratios),
  }
}
