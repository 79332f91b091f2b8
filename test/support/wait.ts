import { setTimeout as pause } from 'node:timers/promises'
import { testTimeoutMs } from './scale.ts'

/**
 * Asks until the answer is no longer undefined.
 * @throws Error naming what was waited for
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  timeoutMs = testTimeoutMs,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (let waitMs = 5; ; waitMs = Math.min(100, waitMs * 2)) {
    const found = await ask()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`)
    await pause(waitMs)
  }
}
