import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ExtractionError } from '../port.ts'
import type { Outcome } from '../child/protocol.ts'
import type { Extractor, ExtractRequest } from '../port.ts'
import { findSandbox, type Sandbox } from './find-sandbox.ts'
import { ReadingProcess, scratchPrefix } from './reading-process.ts'
import type { ReadingLimits, Task } from './reading-process.ts'

/** `scratchDir` belongs to this server process alone: what an earlier one has left there is removed. */
export type ExtractorOptions = ReadingLimits & {
  /** Documents read at the same time. One more process waits, warm and without a tenant. */
  processes: number
}

/** Reads documents in child processes: what a document does to its process, it does to nothing else. */
export function startExtractor(options: ExtractorOptions): Extractor {
  mkdirSync(options.scratchDir, { recursive: true })
  // Processes may run as another user: that one passes through, and lists nothing.
  chmodSync(options.scratchDir, 0o711)
  for (const name of readdirSync(options.scratchDir)) {
    if (name.startsWith(scratchPrefix))
      rmSync(join(options.scratchDir, name), { recursive: true, force: true })
  }
  const pool = new ReadingPool(options)
  return {
    extract: async (request) => {
      const { maxTextChars, recognition } = options
      const outcome = await pool.carryOut(request, {
        kind: 'read',
        fileName: request.fileName,
        maxTextChars,
        recognition,
      })
      if (outcome.kind !== 'read') throw new Error('a reading process did something else')
      return outcome.extraction
    },
    drawPage: async (request, page) => {
      const outcome = await pool.carryOut(request, { kind: 'draw', page })
      if (outcome.kind !== 'drawn') throw new Error('a reading process did something else')
      return outcome.picture
    },
    close: () => pool.close(),
    warmUp: () => pool.warmUp(),
  }
}

/** Documents that a process may go on with for its own tenant while another waits: a new process costs 0.3 s. */
const maxTurns = 8
const idleMs = 60_000

type Waiter = {
  affinity: string
  start: (process: ReadingProcess) => void
  fail: (error: Error) => void
}

class ReadingPool {
  readonly #options: ExtractorOptions
  readonly #bound = new Set<ReadingProcess>()
  readonly #ending = new Set<Promise<void>>()
  readonly #waiting: Waiter[] = []
  #spare: ReadingProcess | undefined
  #idle: NodeJS.Timeout | undefined
  #isClosed = false

  readonly #sandbox: Sandbox

  constructor(options: ExtractorOptions) {
    this.#options = options
    this.#sandbox = findSandbox(options.maxMemoryMb, [
      options.scratchDir,
      ...(options.recognition ? [options.recognition.directory] : []),
    ])
  }

  async carryOut(request: ExtractRequest, task: Task): Promise<Outcome> {
    request.signal?.throwIfAborted()
    this.#refuseHuge(request.sizeBytes)
    const process = this.#claim(request.affinity) ?? (await this.#wait(request))
    try {
      return await process.carryOut(request, task)
    } finally {
      this.#release(process)
    }
  }

  warmUp(): void {
    if (!this.#isClosed) this.#spare ??= new ReadingProcess(this.#options, this.#sandbox)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#idle)
    for (const waiter of this.#waiting.splice(0)) waiter.fail(closed())
    for (const process of this.#bound) this.#retire(process)
    if (this.#spare) this.#retire(this.#spare)
    await Promise.all(this.#ending)
  }

  /** A parser holds the file and its own copy of it. */
  #refuseHuge(sizeBytes: number): void {
    const mostMb = Math.floor(this.#options.maxMemoryMb / 3)
    if (sizeBytes > mostMb * 2 ** 20) {
      throw new ExtractionError('too_large', `The file is larger than the ${mostMb} MB that can be read.`)
    }
  }

  /** A process for this tenant, or undefined when all are at work. */
  #claim(affinity: string): ReadingProcess | undefined {
    if (this.#isClosed) throw closed()
    clearTimeout(this.#idle)
    // One may have died at rest: a machine short of memory ends what it likes.
    for (const process of this.#bound) if (!process.isBusy && process.isSpent()) this.#retire(process)
    const idle = [...this.#bound].filter((process) => !process.isBusy)
    const own = idle.find((process) => process.affinity === affinity)
    if (own) return busy(own)
    if (this.#bound.size >= this.#options.processes) {
      if (!idle[0]) return undefined
      this.#retire(idle[0])
    }
    return busy(this.#bindSpare(affinity))
  }

  #bindSpare(affinity: string): ReadingProcess {
    const fresh =
      this.#spare && !this.#spare.isSpent() ? this.#spare : new ReadingProcess(this.#options, this.#sandbox)
    this.#spare = new ReadingProcess(this.#options, this.#sandbox)
    fresh.affinity = affinity
    this.#bound.add(fresh)
    return fresh
  }

  #wait({ affinity, signal }: ExtractRequest): Promise<ReadingProcess> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
        reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'))
      }
      const settled = () => signal?.removeEventListener('abort', leave)
      const waiter: Waiter = {
        affinity,
        start: (process) => (settled(), resolve(process)),
        fail: (error) => (settled(), reject(error)),
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.push(waiter)
    })
  }

  #release(process: ReadingProcess): void {
    process.isBusy = false
    if (process.isSpent()) this.#retire(process)
    if (this.#isClosed) return
    const waiter = this.#nextWaiter(process)
    const claimed = waiter && this.#claim(waiter.affinity)
    if (!waiter || !claimed) return this.#retireWhenIdle()
    this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
    waiter.start(claimed)
  }

  #nextWaiter(process: ReadingProcess): Waiter | undefined {
    const own = this.#waiting.find((waiter) => waiter.affinity === process.affinity)
    const other = this.#waiting.find((waiter) => waiter.affinity !== process.affinity)
    if (!own || !other) return own ?? other
    return process.turns++ < maxTurns ? own : other
  }

  /** Each process holds some 130 MB: after a minute without work only the spare stays. */
  #retireWhenIdle(): void {
    if ([...this.#bound].some((process) => process.isBusy)) return
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => {
      for (const process of this.#bound) if (!process.isBusy) this.#retire(process)
    }, idleMs)
    this.#idle.unref()
  }

  #retire(process: ReadingProcess): void {
    this.#bound.delete(process)
    const ending = process.end().finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }
}

function busy(process: ReadingProcess): ReadingProcess {
  process.isBusy = true
  return process
}

function closed(): ExtractionError {
  return new ExtractionError('crashed', 'The server is stopping.')
}
