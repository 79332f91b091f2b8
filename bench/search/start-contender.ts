import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Contender } from './contender.ts'

export type Built = Pick<Contender, 'scores'> & {
  /** From the chunks in memory until the first question can be asked. */
  buildMs: number
  /** Of the index by its own account, else what the process took more than before. */
  memoryBytes: number
}
export type Answered = { ms: number; ids: number[] }

export type StartedContender = {
  built: Built
  ask: (question: number) => Promise<Answered>
  end: () => Promise<void>
}

const entry = fileURLToPath(new URL('contender.process.ts', import.meta.url))

/** Builds a contender in a process of its own; what it measures has nobody else's memory in it. */
export async function startContender(
  name: string,
  chunks: number,
  questions: number,
): Promise<StartedContender> {
  const child = fork(entry, [name, String(chunks), String(questions)], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--max-old-space-size=12288'],
    serialization: 'advanced',
    env: { ...process.env, LANCE_LOG: 'error', RUST_LOG: 'error' },
  })
  const built = await next<Built>(child, name)
  return {
    built,
    ask: (question) => {
      child.send(question)
      return next<Answered>(child, name)
    },
    async end() {
      const ended = once(child, 'exit')
      child.send('end')
      await ended
    },
  }
}

async function next<Message>(child: ChildProcess, name: string): Promise<Message> {
  const gone = new AbortController()
  const onExit = () => gone.abort(new Error(`${name} ended before it answered; see above`))
  child.once('exit', onExit)
  try {
    const [message]: unknown[] = await once(child, 'message', { signal: gone.signal })
    return message as Message
  } catch (error) {
    throw gone.signal.aborted ? gone.signal.reason : error
  } finally {
    child.off('exit', onExit)
  }
}
