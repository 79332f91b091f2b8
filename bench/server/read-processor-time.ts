import { readdir, readFile } from 'node:fs/promises'

/**
 * Processor time that the threads of a process have had so far, in milliseconds; to the nanosecond, where `stat` counts
 * hundredths of a second. Undefined where there is no `/proc`.
 */
export async function readProcessorMs(pid: number): Promise<number | undefined> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => undefined)
  if (!threads) return undefined
  const times = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`)))
  return times.reduce((sum, text) => sum + Number(text.toString().split(' ')[0]), 0) / 1e6
}
