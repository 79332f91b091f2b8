import { startWorker } from './worker.ts'

/** Entry of the process that `createDirectory` starts: makes a database in the directory it is given, and ends. */
const worker = await startWorker(process.argv[2], { onAnswer: () => {}, onDeath: () => {} })
await worker.close()
process.disconnect?.()
