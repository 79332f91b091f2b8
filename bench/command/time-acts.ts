import { readProcessorMs } from '../server/read-processor-time.ts'

/** What is timed. @returns what is to be undone when the time was taken */
export type Act = { what: string; run: () => Promise<Undo | undefined> }
export type Undo = () => Promise<void>

/** A server and what is done on it; acts of the same place are the same. */
export type Timed = { pid: number; acts: readonly Act[] }

/** Times of one act in one round: as the client sees it, and of the server's processor where there is `/proc`. */
export type Times = Record<'with' | 'without', { clientMs: number; processorMs: number }>

/** Turns of each side in a round. */
export const tries = 3

/**
 * Does each act on both servers in turn, a round over all acts at a time; the order changes from turn to turn. Each side
 * is the fastest of three, because whatever else the machine does only adds time.
 */
export async function timeActs(
  servers: Record<'with' | 'without', Timed>,
  samples: number,
): Promise<Map<string, Times[]>> {
  const times = new Map(servers.with.acts.map(({ what }) => [what, [] as Times[]]))
  for (let sample = 0; sample < samples; sample++) {
    for (const [i, what] of [...times.keys()].entries()) {
      const none = () => ({ clientMs: Infinity, processorMs: Infinity })
      const best: Times = { with: none(), without: none() }
      for (let turn = 0; turn < 2 * tries; turn++) {
        // with, without, without, with, …: neither always comes right after the other.
        const side = (Math.floor((turn + 1) / 2) + sample) % 2 === 0 ? 'with' : 'without'
        const { pid, acts } = servers[side]
        const { clientMs, processorMs } = await time(pid, acts[i]!)
        best[side].clientMs = Math.min(best[side].clientMs, clientMs)
        best[side].processorMs = Math.min(best[side].processorMs, processorMs)
      }
      times.get(what)?.push(best)
    }
  }
  return times
}

async function time(pid: number, { run }: Act): Promise<Times['with']> {
  const before = (await readProcessorMs(pid)) ?? Number.NaN
  const started = performance.now()
  const undo = await run()
  const clientMs = performance.now() - started
  const processorMs = ((await readProcessorMs(pid)) ?? Number.NaN) - before
  await undo?.()
  return { clientMs, processorMs }
}
