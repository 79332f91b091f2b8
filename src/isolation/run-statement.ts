import type { Given, NotChecked, Probe, Statement } from './statement.ts'

export type Finding = {
  /** A control that fails is no leak, but nothing was proven either. */
  kind: 'leak' | 'no proof'
  request: string
  problem: string
}

export type Outcome = {
  id: string
  proves: string[]
  title: string
  /** Answers that were looked at, those of the owner included. */
  probes: number
  findings: Finding[]
  notChecked: { what: string; why: string }[]
  /** Why it ended early: then it has shown nothing, whatever it found. */
  brokenOff?: string
  tookMs: number
}

/** Runs one statement to its end, or until the signal. What breaks it off is in the outcome, so that others can go on. */
export async function runStatement(
  statement: Statement,
  given: Given,
  { signal, onProbe }: { signal?: AbortSignal; onProbe?: () => void } = {},
): Promise<Outcome> {
  const { id, proves, title } = statement
  const startedAt = performance.now()
  const outcome: Outcome = { id, proves, title, probes: 0, findings: [], notChecked: [], tookMs: 0 }
  try {
    signal?.throwIfAborted()
    for await (const step of statement.examine(given)) {
      signal?.throwIfAborted()
      if (isSkipped(step)) outcome.notChecked.push({ what: step.notChecked, why: step.why })
      else await runBatch(step.map((probe) => runProbe(probe, outcome, onProbe)))
    }
  } catch (error) {
    outcome.brokenOff = reasonOf(error)
  }
  return { ...outcome, tookMs: performance.now() - startedAt }
}

function isSkipped(step: Probe[] | NotChecked): step is NotChecked {
  return 'notChecked' in step
}

/** Waits for all of them, so that nothing still runs when the first one has failed. */
async function runBatch(running: Promise<void>[]) {
  for (const result of await Promise.allSettled(running))
    if (result.status === 'rejected') throw result.reason
}

async function runProbe({ request, isControl, run }: Probe, outcome: Outcome, onProbe?: () => void) {
  const problem = await run()
  outcome.probes++
  onProbe?.()
  if (problem !== undefined)
    outcome.findings.push({ kind: isControl ? 'no proof' : 'leak', request, problem })
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
