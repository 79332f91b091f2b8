import { readFileSync, rmSync } from 'node:fs'
import { readDocument } from '../formats/read-document.ts'
import { detectLanguage } from '../formats/detect-language.ts'
import { ExtractionError } from '../port.ts'
import type { ChildMessage, Order } from './protocol.ts'
import { refuseNetwork } from './refuse-network.ts'
import { resolveScratch } from './resolve-scratch.ts'

// The entry of a child process: it reads the documents it is sent, one at a time, and may end at any of them.
refuseNetwork()
const scratch = process.argv[2] ?? ''
resolveScratch(scratch)

// Without its parent nobody would end it or clear its scratch directory.
process.on('disconnect', () => {
  rmSync(scratch, { recursive: true, force: true })
  process.exit()
})
process.on('message', (order: Order) => void answer(order))

// Loads the language tables now, so that the first document need not wait 0.13 s for them.
await detectLanguage('The tables load with the first text that is long enough.')
send({ kind: 'ready' })

async function answer(order: Order): Promise<void> {
  try {
    send({ ...(await carryOut(order)), rssBytes: process.memoryUsage.rss() })
  } catch (error) {
    // What is not typed is a fault here, not in the document: the parent tells it from the exit.
    if (!(error instanceof ExtractionError)) throw error
    const { failure, message } = error
    send({ kind: 'failed', failure, message, rssBytes: process.memoryUsage.rss() })
  }
}

async function carryOut(order: Order) {
  const bytes = readFileSync(order.path)
  if (order.kind === 'read') {
    return { kind: 'read', extraction: await readDocument({ ...order, bytes, onProgress }) } as const
  }
  const { drawPage } = await import('../formats/pdf/draw-page.ts')
  return { kind: 'drawn', picture: await drawPage(bytes, order) } as const
}

function onProgress(done: number, total: number): void {
  send({ kind: 'progress', done, total })
}

function send(message: ChildMessage): void {
  process.send?.(message)
}
