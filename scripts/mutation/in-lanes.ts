/** Does every job, each lane taking the next one as soon as it is free. Starts nothing more once the signal has ended. */
export async function inLanes<Job, Lane>(
  jobs: readonly Job[],
  lanes: readonly Lane[],
  signal: AbortSignal,
  run: (job: Job, lane: Lane) => Promise<void>,
): Promise<void> {
  const waiting = [...jobs]
  await Promise.all(
    lanes.map(async (lane) => {
      for (let job = waiting.shift(); job !== undefined && !signal.aborted; job = waiting.shift()) {
        await run(job, lane)
      }
    }),
  )
}
