import { runCommandLine } from '#cli/run-command-line.ts'
import type { Ended } from './run-command.ts'
import type { Order } from './command-process.ts'

/** Runs one command after the other, each with its own settings and as if it were alone. */
const path = process.env['PATH']
process.stdout.setMaxListeners(0)

process.on('message', (order: Order) => void carryOut(order).then((ended) => process.send?.(ended)))

async function carryOut({ args, settings, folder }: Order): Promise<Ended> {
  process.chdir(folder)
  process.env = { PATH: path, ...settings }
  process.exitCode = 0
  const out = listenTo(process.stdout)
  const err = listenTo(process.stderr)
  await runCommandLine(['node', 'bulkhead', ...args])
  return { code: Number(process.exitCode), out: out.end(), err: err.end() }
}

function listenTo(stream: NodeJS.WriteStream) {
  const { write } = stream
  let said = ''
  stream.write = (text: string | Uint8Array) => {
    said += String(text)
    return true
  }
  return {
    end: () => {
      stream.write = write
      return said
    },
  }
}
