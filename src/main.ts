import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Before anything else is imported: what is compiled once is kept, and a command starts in a third of the time. It lies
// beside the packages, as writable as the code itself; where it cannot be written, nothing is kept.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)))

const { runCommandLine } = await import('#cli/run-command-line.ts')
await runCommandLine(process.argv)
