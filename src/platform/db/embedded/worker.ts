import { MessageChannel, Worker } from 'node:worker_threads'
import { EmbeddedEnded } from './errors.ts'
import type { EngineEnd } from './session.ts'
import {
  acknowledged,
  bell,
  controlBytes,
  type FromWorker,
  type InterruptPoints,
  type Limits,
  type Parameter,
  type Standing,
  type ToWorker,
  type WorkerInput,
} from './wire.ts'

export type EngineWorker = EngineEnd & {
  parameters: Parameter[]
  /** The worker may send so many bytes more. */
  acknowledge: (bytes: number) => void
  /** Ends the engine with a checkpoint. Resolves when the thread has ended, also one that is dead already. */
  close: () => Promise<void>
  exited: Promise<void>
}

/** With the default of 4 MB the thread dies of a deep expression before the engine's own limit of 2 MB (54001) stops it. */
const stackSizeMb = 64

type Events = {
  onAnswer: (bytes: Uint8Array, standing?: Standing, limits?: Limits) => void
  /** The thread ended although nobody had asked it to. */
  onDeath: (error: EmbeddedEnded) => void
}

/** Resolves when the engine takes messages. Rejects with EmbeddedEnded when it does not start. */
export function startWorker(dataDir: string | undefined, events: Events): Promise<EngineWorker> {
  const line = createLine()
  const workerData: WorkerInput = { dataDir, port: line.far, control: line.control }
  const worker = new Worker(new URL('embedded.worker.ts', import.meta.url), {
    workerData,
    transferList: [line.far],
    resourceLimits: { stackSizeMb },
  })
  let isClosing = false
  let cause: unknown
  worker.on('error', (error) => (cause = error))
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const close = () => {
    isClosing = true
    line.send('close')
    return exited
  }

  return new Promise((resolve, reject) => {
    let die = (error: EmbeddedEnded) => reject(error)
    worker.once('exit', () => {
      line.near.close()
      if (!isClosing) die(new EmbeddedEnded(describe(cause), { cause }))
    })
    line.near.on('message', (message: FromWorker) => {
      if (message.kind === 'reply') return events.onAnswer(message.bytes, message.standing, message.limits)
      die = events.onDeath
      const { parameters, interrupt: points } = message
      const send = (unit: Uint8Array<ArrayBuffer>) => {
        forgetInterrupt(points)
        line.send(unit)
      }
      const { acknowledge } = line
      resolve({ parameters, exited, send, interrupt: () => interrupt(points), acknowledge, close })
    })
  })
}

function createLine() {
  const { port1: near, port2: far } = new MessageChannel()
  const control = new SharedArrayBuffer(controlBytes)
  const words = new Int32Array(control)
  const raise = (word: number, by: number) => {
    Atomics.add(words, word, by)
    Atomics.notify(words, word)
  }
  return {
    near,
    far,
    control,
    send: (message: ToWorker) => {
      near.postMessage(message, message === 'close' ? [] : [message.buffer])
      raise(bell, 1)
    },
    acknowledge: (bytes: number) => raise(acknowledged, bytes),
  }
}

function describe(cause: unknown): string {
  return `the embedded database ended: ${cause instanceof Error ? cause.message : 'its thread was stopped'}`
}

/** What PostgreSQL's own handler of a cancellation does (StatementCancelHandler in postgres.c), from outside. */
function interrupt({ memory, pending, cancel, latch }: InterruptPoints) {
  const words = new Int32Array(memory)
  Atomics.store(words, cancel >> 2, 1)
  Atomics.store(words, pending >> 2, 1)
  const latchAt = words[latch >> 2] ?? 0
  if (latchAt > 0) Atomics.store(words, latchAt >> 2, 1)
}

/** A cancellation that came too late for one client's statement must not meet the next client's. */
function forgetInterrupt({ memory, cancel }: InterruptPoints) {
  Atomics.store(new Int32Array(memory), cancel >> 2, 0)
}
