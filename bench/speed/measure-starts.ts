import { setTimeout as pause } from 'node:timers/promises'
import { percentile } from '../quality/metrics.ts'
import { readMemory } from '../server/read-memory.ts'
import { type ServerOptions, type ServerProcess, startServer } from '../server/start-server.ts'
import type { Figures } from './figures.ts'

const laterStarts = 3
const idleMs = 30_000

/** Starts on an empty data directory, then again on what is there. The last server is left running. */
export async function measureStarts(
  options: ServerOptions,
): Promise<{ server: ServerProcess; url: string; figures: Figures }> {
  const first = await timeStart(options)
  await first.server.stop()
  const later: number[] = []
  for (let i = 1; i < laterStarts; i++) {
    const { server, ms } = await timeStart(options)
    later.push(ms)
    await server.stop()
  }
  const { server, url, ms } = await timeStart(options)
  later.push(ms)
  const atStart = await readMemory(server.pid)
  await pause(idleMs)
  const idle = await readMemory(server.pid)
  const figures = {
    start_first_ms: first.ms,
    start_later_ms: percentile(later, 0.5),
    memory_started_mb: inMegabytes(atStart?.serverBytes),
    memory_idle_mb: inMegabytes(idle?.serverBytes),
    memory_idle_with_children_mb: inMegabytes(idle?.withChildrenBytes),
  }
  return { server, url, figures }
}

async function timeStart(options: ServerOptions) {
  const started = performance.now()
  const server = startServer(options)
  const url = await server.ready
  return { server, url, ms: performance.now() - started }
}

export function inMegabytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / 1e6
}
