import { readFileSync, readdirSync } from 'node:fs'

const intervalMs = 10

/** Follows the memory of the processes that this one has started; tells the most that one of them held, in MiB. Linux only. */
export function watchPeak(): () => number {
  let mostKb = 0
  const look = () => {
    for (const child of children(process.pid)) mostKb = Math.max(mostKb, residentKb(child))
  }
  const timer = setInterval(look, intervalMs)
  return () => {
    clearInterval(timer)
    look()
    return mostKb / 1024
  }
}

function children(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter((text) => text !== '')
        .flatMap((text) => [Number(text), ...children(Number(text))]),
    )
  } catch {
    return []
  }
}

/** The peak of its whole life: each document has a process of its own. */
function residentKb(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
