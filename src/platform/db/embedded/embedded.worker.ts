import { workerData } from 'node:worker_threads'
import { startEngine } from './engine.ts'
import { query } from './messages.ts'
import type { FromWorker, Limits, Standing, WorkerInput } from './wire.ts'
import { createInbox, createOutbox } from './worker-mail.ts'

const input: WorkerInput = workerData
const inbox = createInbox(input)
const outbox = createOutbox(input)

/** The last bytes that the engine wrote, to see whether they were ReadyForQuery. */
let ending: Uint8Array = new Uint8Array()
let isMuted = false

const engine = await startEngine(input.dataDir, { read: readMore, write })
const ready: FromWorker = { kind: 'ready', parameters: engine.parameters, interrupt: engine.interrupt }
input.port.postMessage(ready, [])
for (let unit = inbox.wait(); unit !== 'close'; unit = inbox.wait()) {
  const standing = work(unit)
  if (standing === 'I') takeBackRole()
  outbox.hand(standing, readLimits())
}
await engine.close()
input.port.close()

function write(bytes: Uint8Array) {
  ending = bytes.slice(-6)
  if (!isMuted) outbox.write(bytes)
}

/** COPY wants data that the client sends only after it has read the answer so far. */
function readMore(): Uint8Array {
  outbox.hand('more')
  const more = inbox.wait()
  if (more === 'close') throw new Error('the database was closed in the middle of a statement')
  return more
}

function work(unit: Uint8Array): Standing {
  engine.run(unit)
  ending = new Uint8Array()
  engine.settle()
  // ReadyForQuery: 'Z', its length of 5, and the status.
  const status = ending[0] === 0x5a && ending[4] === 5 ? String.fromCharCode(ending[5] ?? 0) : ''
  return status === 'I' || status === 'T' || status === 'E' ? status : 'more'
}

/**
 * A role taken outside a transaction would stay for every other client: all of them share this session. A session
 * started without a login has nothing that `reset session authorization` could go back to.
 */
function takeBackRole() {
  if (engine.setting('is_superuser') === 'on') return
  isMuted = true
  work(query('set session authorization postgres; reset role'))
  isMuted = false
}

function readLimits(): Limits {
  return {
    statementMs: Number(engine.setting('statement_timeout')),
    idleInTransactionMs: Number(engine.setting('idle_in_transaction_session_timeout')),
  }
}
