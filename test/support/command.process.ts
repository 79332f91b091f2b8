import { runCommandLine } from '#cli/run-command-line.ts'
import type { Order } from './start-command-process.ts'
import type { Ended } from './run-command.ts'

/** Runs one command after the other, each with its own settings and as if it were alone. */
const path = process.env['PATH']
const said = { out: '', err: '' }
keepWhatIsSaid(process.stdout, 'out')
keepWhatIsSaid(process.stderr, 'err')
process.on('message', (order: Order) => void carryOut(order).then((ended) => process.send?.(ended)))

async function carryOut({ args, settings, folder }: Order): Promise<Ended> {
  process.chdir(folder)
  process.env = { PATH: path, ...settings }
  process.exitCode = 0
  Object.assign(said, { out: '', err: '' })
  await runCommandLine(['node', 'bulkhead', ...args])
  return { code: process.exitCode, ...said }
}

function keepWhatIsSaid(stream: NodeJS.WriteStream, where: 'out' | 'err') {
  // Every command listens for a reader that goes away.
  stream.setMaxListeners(0)
  stream.write = (text: string | Uint8Array) => {
    said[where] += typeof text === 'string' ? text : Buffer.from(text).toString()
    return true
  }
}
