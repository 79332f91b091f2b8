import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { on, once } from 'node:events'
import { createWriteStream, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ChildMessage, Order, Outcome } from '../child/protocol.ts'
import type { Recognition } from '../formats/draft.ts'
import { ExtractionError } from '../port.ts'
import type { ExtractRequest } from '../port.ts'
import { childEntry, childFlags } from './child-flags.ts'
import type { Sandbox } from './find-sandbox.ts'
import { watchMemory } from './watch-memory.ts'

export type ReadingLimits = {
  /** For one document from when its bytes are there, and anew with every page of it that is done. */
  timeoutMs: number
  maxMemoryMb: number
  maxTextChars: number
  scratchDir: string
  /** How text in pictures is recognised; left out when it is not. */
  recognition?: Recognition | undefined
}

/** What is wanted of a document. */
export type Task =
  | { kind: 'read'; fileName: string; maxTextChars: number; recognition: Recognition | undefined }
  | { kind: 'draw'; page: number }

export const scratchPrefix = 'reading-'

/** Memory is not given back and state may pile up in a parser: a process is replaced when it has read enough. */
const maxDocuments = 500
const wornShare = 0.6
/** A scan of a hundred pages takes its time; what never ends does not get more than this many times the limit of a page. */
const longestShare = 12

/** A child process with a private scratch directory. It serves one tenant, one document at a time, until it ends. */
export class ReadingProcess {
  affinity: string | undefined
  isBusy = false
  /** Documents of its tenant it went on with while another tenant waited. */
  turns = 0
  readonly #limits: ReadingLimits
  readonly #scratch: string
  readonly #child: ChildProcess
  /** All of them, in order: listening for one at a time would miss those that come at once, when this process was busy. */
  readonly #messages: AsyncIterator<[ChildMessage]>
  readonly #ended: Promise<unknown>
  readonly #ready: Promise<unknown>
  #stderr = ''
  #documents = 0
  #rssBytes = 0
  /** Why it was killed, for the document it was reading. */
  #doom: Error | undefined

  constructor(limits: ReadingLimits, sandbox: Sandbox) {
    this.#limits = limits
    // mkdtemp makes it 0700; the real path, because permissions are checked against that.
    this.#scratch = realpathSync(mkdtempSync(join(limits.scratchDir, scratchPrefix)))
    sandbox.giveTo(this.#scratch)
    const flags = childFlags(this.#scratch, limits.maxMemoryMb, limits.recognition?.directory)
    const [command = process.execPath, ...args] = [...sandbox.command, process.execPath, ...flags]
    this.#child = fork(childEntry, [this.#scratch], {
      env: { TMPDIR: this.#scratch, TEMP: this.#scratch },
      cwd: this.#scratch,
      execPath: command,
      execArgv: args,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#messages = on(this.#child, 'message', { close: ['close'] }) as AsyncIterator<[ChildMessage]>
    this.#child.stderr?.on(
      'data',
      (text: Buffer) => (this.#stderr = `${this.#stderr}${text.toString()}`.slice(-4000)),
    )
    // No process could be started: the machine is out of processes or memory.
    this.#child.on('error', () => (this.#doom ??= couldNotStart()))
    this.#ended = once(this.#child, 'close')
      .catch(() => {})
      .then(() => rm(this.#scratch, { recursive: true, force: true, maxRetries: 3 }))
      // What cannot be removed now goes when the next extractor starts.
      .catch(() => {})
    this.#ready = this.#nextMessage()
    this.#ready.catch(() => {})
  }

  /** Throws `ExtractionError`, or what `content` or `signal` gave. The process may have ended then; see `isSpent`. */
  async carryOut(request: ExtractRequest, task: Task): Promise<Outcome> {
    const path = join(this.#scratch, 'document')
    try {
      await this.#ready
      await spool(request, path)
      return await this.#order({ ...task, path, password: request.password }, request)
    } catch (error) {
      request.signal?.throwIfAborted()
      throw error
    } finally {
      rmSync(path, { force: true })
      this.#documents++
    }
  }

  /** Whether another document should go to another process. */
  isSpent(): boolean {
    const isWorn =
      this.#documents >= maxDocuments || this.#rssBytes > this.#limits.maxMemoryMb * 2 ** 20 * wornShare
    return isWorn || this.#hasEnded() || this.#doom !== undefined
  }

  /** Ends it at once, whatever it does, and waits until it and its scratch directory are gone. */
  async end(reason: Error = new ExtractionError('crashed', 'Reading was stopped.')): Promise<void> {
    this.#doom ??= reason
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  async #order(order: Order, { signal, onProgress }: ExtractRequest): Promise<Outcome> {
    signal?.throwIfAborted()
    const { timeoutMs, maxMemoryMb } = this.#limits
    const longestMs = longestShare * timeoutMs
    const endFor = (failure: 'timed_out' | 'out_of_memory', message: string) =>
      void this.end(new ExtractionError(failure, message))
    const isLate = () => endFor('timed_out', `Reading the file took longer than ${timeoutMs / 1000} s.`)
    const isTooLong = () => endFor('timed_out', `Reading the file took longer than ${longestMs / 1000} s.`)
    const step = setTimeout(isLate, timeoutMs)
    const whole = setTimeout(isTooLong, longestMs)
    const unwatch = watchMemory(this.#child.pid ?? 0, maxMemoryMb * 2 ** 20, () =>
      endFor('out_of_memory', needsTooMuch),
    )
    const onAbort = () => void this.end(abortReason(signal))
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      this.#child.send(order, () => {})
      return await this.#outcome((done, total) => {
        step.refresh()
        onProgress?.(done, total)
      })
    } finally {
      clearTimeout(step)
      clearTimeout(whole)
      unwatch()
      signal?.removeEventListener('abort', onAbort)
    }
  }

  async #outcome(onProgress: (done: number, total: number) => void): Promise<Outcome> {
    for (;;) {
      const message = await this.#nextMessage()
      if (message.kind === 'ready') throw new Error('a reading process answered out of turn')
      if (message.kind === 'progress') {
        onProgress(message.done, message.total)
        continue
      }
      this.#rssBytes = message.rssBytes
      if (message.kind === 'failed') throw new ExtractionError(message.failure, message.message)
      return message
    }
  }

  /** The child's next message. @throws why there will be none */
  async #nextMessage(): Promise<ChildMessage> {
    const next = await this.#messages.next().catch(() => undefined)
    if (next === undefined || next.done) throw this.#causeOfDeath()
    return next.value[0]
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  #causeOfDeath(): Error {
    if (this.#doom) return this.#doom
    const ranOut = /heap out of memory|Allocation failed|memory allocation of|bad_alloc/i.test(this.#stderr)
    if (ranOut) return new ExtractionError('out_of_memory', needsTooMuch)
    return new ExtractionError('crashed', 'The file ended the process that was reading it.')
  }
}

function couldNotStart(): ExtractionError {
  return new ExtractionError('crashed', 'The server could not start a process to read the file.')
}

const needsTooMuch = 'Reading the file needs more memory than allowed.'

function abortReason(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('aborted')
}

/** Only the process can reach it: the directory is its alone. */
async function spool(request: ExtractRequest, path: string): Promise<void> {
  const { content, signal } = request
  await pipeline(await content(), createWriteStream(path, { mode: 0o644 }), signal ? { signal } : {})
}
