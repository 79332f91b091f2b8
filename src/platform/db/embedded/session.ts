import { farewell } from './messages.ts'
import type { Limits, Standing } from './wire.ts'

/** What a client sends up to the point where it waits for an answer. */
export type Unit = {
  pieces: Uint8Array[]
  /** Data for a COPY under way: worth nothing once that has ended. */
  isCopyData: boolean
}

/** One client of the session. */
export type Party = {
  /** How long a unit of it may take while the session has no limit, as the one has in which a limit is set. 0 for any time. */
  statementMs: number
  receive: (bytes: Uint8Array) => void
  /** Its transaction stood open for longer than idle_in_transaction_session_timeout. */
  expel: () => void
}

/** The way to the engine. `interrupt` cancels what is at work; it may come too early, and `send` forgets one too late. */
export type EngineEnd = { send: (unit: Uint8Array<ArrayBuffer>) => void; interrupt: () => void }

const retryMs = 20

/**
 * The engine has one session, and its clients take turns: a turn begins with a client's first unit and ends when its
 * transaction has ended. Who waits is served in the order of asking. The time limits of the session are kept here,
 * since the engine's only thread cannot keep time while it works: statement_timeout is that of a whole unit.
 */
export class Session {
  readonly #engine: EngineEnd
  readonly #units = new Map<Party, Unit[]>()
  readonly #idlers: (() => void)[] = []
  #waiting: Party[] = []
  #holder: Party | undefined
  /** What the engine does for the holder: a unit, waiting within one for COPY data, or nothing inside a transaction. */
  #phase: 'working' | 'starving' | 'between' = 'between'
  #limits: Limits = { statementMs: 0, idleInTransactionMs: 0 }
  #timer: NodeJS.Timeout | undefined

  constructor(engine: EngineEnd) {
    this.#engine = engine
  }

  submit(party: Party, unit: Unit): void {
    const isHolder = party === this.#holder
    if (unit.isCopyData && (!isHolder || this.#phase === 'between')) return
    this.#unitsOf(party).push(unit)
    if (isHolder && this.#phase !== 'working') this.#sendNext(party)
    if (isHolder || this.#waiting.includes(party)) return
    this.#waiting.push(party)
    this.#grant()
  }

  /** Stops what the client's present unit does. True when it had not begun, and now never will. */
  cancel(party: Party): boolean {
    if (party === this.#holder && this.#phase === 'working') this.#stop()
    if (!this.#waiting.includes(party)) return false
    const units = this.#unitsOf(party)
    units.shift()
    if (units.length === 0) this.#forget(party)
    return true
  }

  /** The client is gone. `statements` are the prepared ones it leaves behind. */
  leave(party: Party, statements: string[]): void {
    const last = { pieces: farewell(statements), isCopyData: false }
    if (party !== this.#holder) {
      this.#forget(party)
      if (statements.length > 0) this.submit(party, last)
      return
    }
    this.#units.set(party, [last])
    if (this.#phase === 'working') this.#stop()
    else this.#sendNext(party)
  }

  /** The engine's answer to the unit at work; a part of it when there is no `standing`. */
  answer(bytes: Uint8Array, standing?: Standing, limits?: Limits): void {
    const party = this.#holder
    if (!party) throw new Error('the database answered although nobody had asked')
    if (standing) this.#settle(party, standing, limits)
    // Last: the engine already works for the next client meanwhile, and what a reader throws cannot stop the turns.
    party.receive(bytes)
  }

  /** Resolves when nobody has a turn or waits for one. */
  idle(): Promise<void> {
    if (!this.#holder && this.#waiting.length === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idlers.push(resolve))
  }

  #settle(party: Party, standing: Standing, limits?: Limits) {
    clearTimeout(this.#timer)
    this.#limits = limits ?? this.#limits
    if (standing !== 'more') this.#dropCopyData(party)
    if (standing === 'I') this.#release(party)
    else this.#continue(party, standing === 'more' ? 'starving' : 'between')
  }

  #grant() {
    if (this.#holder) return
    this.#holder = this.#waiting.shift()
    if (this.#holder) this.#sendNext(this.#holder)
    else for (const resolve of this.#idlers.splice(0)) resolve()
  }

  #sendNext(party: Party) {
    const unit = this.#unitsOf(party).shift()
    if (!unit) throw new Error('a turn without a message')
    this.#phase = 'working'
    this.#startTimer(this.#limits.statementMs || party.statementMs, () => this.#stop())
    this.#engine.send(join(unit.pieces))
  }

  /** Again and again, because the engine ignores a cancellation while it still reads the message. */
  #stop() {
    this.#engine.interrupt()
    this.#startTimer(retryMs, () => this.#stop())
  }

  #continue(party: Party, phase: 'starving' | 'between') {
    this.#phase = phase
    if (this.#unitsOf(party).length > 0) this.#sendNext(party)
    else this.#startTimer(this.#limits.idleInTransactionMs, () => party.expel())
  }

  #release(party: Party) {
    this.#holder = undefined
    this.#phase = 'between'
    if (this.#unitsOf(party).length > 0) this.#waiting.push(party)
    else this.#units.delete(party)
    this.#grant()
  }

  #dropCopyData(party: Party) {
    this.#units.set(
      party,
      this.#unitsOf(party).filter((unit) => !unit.isCopyData),
    )
  }

  #forget(party: Party) {
    this.#units.delete(party)
    this.#waiting = this.#waiting.filter((other) => other !== party)
  }

  #unitsOf(party: Party): Unit[] {
    const units = this.#units.get(party) ?? []
    this.#units.set(party, units)
    return units
  }

  #startTimer(afterMs: number, act: () => void) {
    clearTimeout(this.#timer)
    if (afterMs > 0) this.#timer = setTimeout(act, afterMs).unref()
  }
}

/** A buffer of its own, so that it can be handed to the other thread without another copy. */
function join(pieces: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(pieces.reduce((bytes, piece) => bytes + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}
