import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Ended } from './run-command.ts'

export type Order = { args: string[]; settings: Record<string, string>; folder: string }

const entry = join(import.meta.dirname, 'command.process.ts')

/** The program for many commands: hundreds of them would spend their time with starting. */
export function startCommandProcess(folder: string) {
  const child = fork(entry, [], { cwd: folder, execArgv: ['--no-warnings'] })
  return {
    run: async (args: string[], settings: Record<string, string>): Promise<Ended> => {
      const answered = once(child, 'message')
      child.send({ args, settings, folder } satisfies Order)
      const [ended] = (await answered) as [Ended]
      return ended
    },
    end: async () => {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}
