import { Command } from 'commander'
import { openOutput } from './output.ts'

export function demoCommand(): Command {
  return new Command('demo')
    .description('Show the whole job on sample documents of two customers; leaves nothing behind')
    .option('--keep', 'leave the server up until Ctrl-C, to look around')
    .action(async (_options: unknown, command: Command) => {
      const { json, keep } = command.optsWithGlobals<{ json?: boolean; keep?: boolean }>()
      // Only now: no other command needs what it loads.
      const { runDemo } = await import('./demo/run-demo.ts')
      await runDemo(openOutput(json), keep === true)
    })
}
