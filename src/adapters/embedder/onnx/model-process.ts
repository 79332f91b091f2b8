import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ModelError, type Embeddings } from '../port.ts'
import type { FromModel, ModelOrder } from './protocol.ts'

const entry = fileURLToPath(new URL('embed-texts.process.ts', import.meta.url))

/** A process with one model. It takes one order at a time, until it ends. */
export type ModelProcess = {
  width: number
  hasEnded: () => boolean
  /** @throws ModelError when it fails, ends, or takes longer than `timeoutMs`: then it is ended */
  embed: (texts: string[], timeoutMs: number) => Promise<Embeddings>
  end: () => Promise<void>
}

/** @throws ModelError with what the model's process said, when it cannot be started */
export async function startModelProcess(order: ModelOrder, timeoutMs: number): Promise<ModelProcess> {
  // Nothing of this process's environment: it holds keys.
  const child = fork(entry, [], {
    env: {},
    execArgv: ['--no-warnings'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  child.on('error', () => {}) // whoever waits for its next message hears of its end
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()))
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const end = () => {
    child.kill('SIGKILL')
    return ended
  }
  const next = (limitMs: number) => nextMessage(child, hasEnded, limitMs, end)
  const first = next(timeoutMs)
  child.send(order, () => {})
  const message = await first
  if (message.kind !== 'ready') {
    await end()
    throw new ModelError(
      'unavailable',
      message.kind === 'refused' ? message.message : 'it answered out of turn',
    )
  }
  return {
    width: message.width,
    hasEnded,
    end,
    async embed(texts, limitMs) {
      const answer = next(limitMs)
      child.send({ texts }, () => {})
      const result = await answer
      if (result.kind === 'done') return { vectors: result.vectors, scales: result.scales }
      throw new ModelError('unavailable', 'the model failed', {
        cause: result.kind === 'failed' ? result.message : result.kind,
      })
    },
  }
}

/** Ends the process when there is none in time: it would answer the wrong question later. */
function nextMessage(
  child: ChildProcess,
  hasEnded: () => boolean,
  timeoutMs: number,
  end: () => Promise<void>,
): Promise<FromModel> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      clearTimeout(timer)
      child.off('message', onMessage).off('close', onEnd)
      then()
    }
    const onMessage = (message: FromModel) => settle(() => resolve(message))
    const onEnd = () => settle(() => reject(new ModelError('unavailable', 'the model’s process ended')))
    const onTimeout = () =>
      settle(() => {
        reject(new ModelError('timeout', 'the model did not answer in time'))
        void end()
      })
    const timer = setTimeout(onTimeout, timeoutMs)
    if (hasEnded()) return onEnd()
    child.on('message', onMessage).on('close', onEnd)
  })
}
