import { randomInt } from 'node:crypto'
import { Duplex } from 'node:stream'
import { createFrames } from './frames.ts'
import { failure, greeting, ready } from './messages.ts'
import type { Party, Session } from './session.ts'
import { readStartup } from './startup.ts'
import { createStatements } from './statements.ts'
import type { Parameter } from './wire.ts'

/** What all streams of one database share. */
export type Host = {
  session: Session
  parameters: Parameter[]
  streams: Set<PgStream>
  /** The engine may send more: so many bytes have been taken by a client or thrown away. */
  acknowledge: (bytes: number) => void
  /** Why there is nothing to connect to. */
  failure: () => Error | undefined
}

/**
 * One client's connection, in the shape in which the `pg` driver uses a socket. Speaks the server's side of
 * protocol 3.0: it answers startup and cancel requests itself and brings the rest before the session in whole units.
 */
export class PgStream extends Duplex implements Party {
  readonly statementMs: number
  readonly #host: Host
  readonly #frames = createFrames()
  readonly #statements = createStatements()
  readonly #key = { processId: randomInt(1, 2 ** 31), secret: randomInt(2 ** 31) }
  #isStarted = false
  #hasLeft = false
  #pieces: Uint8Array[] = []
  #untakenBytes = 0

  constructor(host: Host, statementMs: number) {
    super({ allowHalfOpen: false })
    this.#host = host
    this.statementMs = statementMs
  }

  connect(): this {
    const error = this.#host.failure()
    if (error) return this.destroy(error)
    this.#host.streams.add(this)
    process.nextTick(() => this.emit('connect'))
    return this
  }

  receive(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (this.destroyed || this.#hasLeft) return this.#host.acknowledge(bytes.length)
    this.#untakenBytes += bytes.length
    if (this.push(bytes)) this.#acknowledge()
  }

  expel(): void {
    this.#refuse('25P03', 'terminating connection due to idle-in-transaction timeout')
  }

  /** True when this is the client that was given the key. */
  cancelWith(processId: number, secret: number): boolean {
    if (processId !== this.#key.processId || secret !== this.#key.secret) return false
    if (this.#host.session.cancel(this)) {
      this.push(failure('ERROR', '57014', 'canceling statement due to user request'))
      this.push(ready())
    }
    return true
  }

  override _read(): void {
    this.#acknowledge()
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#frames.add(chunk)
    try {
      this.#takeMessages()
    } catch (error) {
      this.#refuse('08P01', `invalid message: ${error instanceof Error ? error.message : String(error)}`)
    }
    done()
  }

  override _final(done: () => void): void {
    this.#finish()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#leave()
    this.#acknowledge()
    this.#host.streams.delete(this)
    done(error)
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  /** The worker keeps the process alive until the database is closed; a stream has no handle of its own. */
  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  #takeMessages() {
    while (!this.#hasLeft) {
      const message = this.#frames.take(this.#isStarted ? 'letter' : 'startup')
      if (!message) return
      if (this.#isStarted) this.#takeMessage(message)
      else this.#takeStartup(message)
    }
  }

  #takeStartup(message: Buffer) {
    const startup = readStartup(message)
    switch (startup.kind) {
      case 'encryption':
        this.push('N')
        return
      case 'cancel':
        for (const stream of this.#host.streams) {
          if (stream.cancelWith(startup.processId, startup.secret)) break
        }
        this.destroy()
        return
      case 'refused':
        this.#refuse(startup.code, startup.reason)
        return
      case 'session':
        this.#isStarted = true
        this.push(greeting(this.#host.parameters, this.#key))
    }
  }

  #takeMessage(message: Buffer) {
    const letter = String.fromCharCode(message[0] ?? 0)
    if (letter === 'X') return this.#finish()
    this.#pieces.push(...this.#statements.rename(message))
    if (!unitEnds.has(letter)) return
    this.#host.session.submit(this, { pieces: this.#pieces, isCopyData: copyLetters.has(letter) })
    this.#pieces = []
  }

  #refuse(code: string, text: string) {
    this.push(failure('FATAL', code, text))
    this.#finish()
  }

  #finish() {
    if (this.#hasLeft) return
    this.#leave()
    this.push(null)
  }

  #leave() {
    if (this.#hasLeft) return
    this.#hasLeft = true
    if (this.#isStarted) this.#host.session.leave(this, this.#statements.names())
  }

  #acknowledge() {
    if (this.#untakenBytes > 0) this.#host.acknowledge(this.#untakenBytes)
    this.#untakenBytes = 0
  }
}

/** Query, Sync, Flush, FunctionCall, CopyData, CopyDone, CopyFail: after these an answer may be due. */
const unitEnds = new Set('QSHFdcf')
const copyLetters = new Set('dcf')
