import { readFile } from 'node:fs/promises'

const intervalMs = 10

/**
 * Calls `onExcess` once when a process holds more than `maxBytes` of memory. A parser's own allocations do not count
 * towards the heap limit of V8: a PDF of 195 kB made 200 MB outside it. Linux only (`/proc`); elsewhere the heap
 * limit and the time limit stand alone. Returns how to stop watching.
 */
export function watchMemory(pid: number, maxBytes: number, onExcess: () => void): () => void {
  if (process.platform !== 'linux') return () => {}
  const check = async () => {
    if ((await residentBytes(pid)) <= maxBytes) return
    clearInterval(timer)
    onExcess()
  }
  const timer = setInterval(() => void check(), intervalMs)
  return () => clearInterval(timer)
}

/** 0 for a process that has ended. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
}
