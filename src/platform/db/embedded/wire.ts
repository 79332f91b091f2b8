import type { MessagePort } from 'node:worker_threads'

/** Where the engine stands after a unit: idle, in a transaction, in a failed one, or waiting for more from the client. */
export type Standing = 'I' | 'T' | 'E' | 'more'

/** In milliseconds, 0 for none: what the session's settings say after a unit. */
export type Limits = { statementMs: number; idleInTransactionMs: number }

export type WorkerInput = { dataDir: string | undefined; port: MessagePort; control: SharedArrayBuffer }

/** To the worker: whole frontend messages, or the wish that it ends. */
export type ToWorker = Uint8Array<ArrayBuffer> | 'close'

/** From the worker. A reply without `standing` is a part of a longer one. */
export type FromWorker =
  | { kind: 'ready'; parameters: Parameter[]; interrupt: InterruptPoints }
  | { kind: 'reply'; bytes: Uint8Array; standing?: Standing; limits?: Limits }

/** A setting that PostgreSQL reports to every client at its start. */
export type Parameter = { name: string; value: string }

/** The engine's memory, and the byte addresses in it that make a running statement stop. */
export type InterruptPoints = {
  memory: SharedArrayBuffer
  pending: number
  cancel: number
  /** Address of the pointer to the latch that `pg_sleep` and its like wait on. */
  latch: number
}

/**
 * Places in the control words. The worker sleeps on them instead of returning to an event loop, because the engine
 * asks for more bytes (COPY) from the middle of a call that must not return.
 */
export const bell = 0
export const acknowledged = 1
export const controlBytes = 8

/** Reply bytes that may be under way before the worker waits for the clients to take some. */
export const windowBytes = 8 * 1024 * 1024
