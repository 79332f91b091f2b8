import { readFile } from 'node:fs/promises'

const intervalMs = 10

/**
 * Calls `onExcess` once when a process holds more than `maxBytes` of memory. A parser's own allocations do not count
 * towards the heap limit of V8: a PDF of 195 kB made 200 MB outside it. Linux only (`/proc`); elsewhere the heap
 * limit and the time limit stand alone. Returns how to stop watching.
 */
export function watchMemory(pid: number, maxBytes: number, onExcess: () => void): () => void {
  if (process.platform !== 'linux') return () => {}
  let isOver = false
  const stop = () => {
    isOver = true
    clearInterval(timer)
  }
  const check = async () => {
    const bytes = await residentBytes(pid)
    // Several may be looking, and somebody may have stopped it meanwhile.
    if (isOver || bytes <= maxBytes) return
    stop()
    onExcess()
  }
  const timer = setInterval(() => void check(), intervalMs)
  return stop
}

/** 0 for a process that has ended. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
}
