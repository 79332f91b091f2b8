import { receiveMessageOnPort } from 'node:worker_threads'
import {
  acknowledged,
  bell,
  type FromWorker,
  type Limits,
  type Standing,
  type ToWorker,
  windowBytes,
  type WorkerInput,
} from './wire.ts'

/** Sleeps until the other thread has sent something: the engine asks from inside calls that must not return. */
export function createInbox({ port, control }: WorkerInput): { wait: () => ToWorker } {
  const words = new Int32Array(control)
  return {
    wait: () => {
      for (;;) {
        const rung = Atomics.load(words, bell)
        const received: { message: ToWorker } | undefined = receiveMessageOnPort(port)
        if (received) return received.message
        Atomics.wait(words, bell, rung)
      }
    },
  }
}

/** The engine writes 8 KiB at a time; a message to the other thread costs about 10 µs whatever its size. */
const partBytes = 256 * 1024

export type Outbox = {
  write: (bytes: Uint8Array) => void
  /** Sends what was written, with how the engine stands now. */
  hand: (standing: Standing, limits?: Limits) => void
}

export function createOutbox({ port, control }: WorkerInput): Outbox {
  const words = new Int32Array(control)
  const part = new Uint8Array(partBytes)
  let used = 0
  let sent = Atomics.load(words, acknowledged)

  const post = (rest: { standing?: Standing; limits?: Limits }) => {
    const bytes = part.slice(0, used)
    sent = (sent + used) | 0
    used = 0
    const reply: FromWorker = { kind: 'reply', bytes, ...rest }
    port.postMessage(reply, [bytes.buffer])
  }
  return {
    write: (bytes) => {
      for (let at = 0; at < bytes.length;) {
        const piece = bytes.subarray(at, at + partBytes - used)
        part.set(piece, used)
        used += piece.length
        at += piece.length
        if (used < partBytes) continue
        post({})
        awaitRoom(words, sent)
      }
    },
    hand: (standing, limits) => post(limits ? { standing, limits } : { standing }),
  }
}

function awaitRoom(words: Int32Array, sent: number) {
  for (;;) {
    const taken = Atomics.load(words, acknowledged)
    if (((sent - taken) | 0) <= windowBytes) return
    Atomics.wait(words, acknowledged, taken)
  }
}
