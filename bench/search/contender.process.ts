import { openerOf } from './contenders.ts'
import { makeChunks } from './make-chunks.ts'
import type { Answered, Built } from './start-contender.ts'

/** A process of its own for one contender: `name chunks questions`. It answers each number of a question. */
const [name = '', count = '', questionCount = ''] = process.argv.slice(2)
const { chunks, questions } = makeChunks(Number(count), Number(questionCount))
const open = await openerOf(name)
const before = process.memoryUsage().rss
const started = performance.now()
const contender = await open(chunks)
const built: Built = {
  buildMs: performance.now() - started,
  scores: contender.scores,
  memoryBytes: contender.indexBytes ?? process.memoryUsage().rss - before,
}
process.send?.(built)

process.on('message', (number: number | 'end') => {
  if (number === 'end') void end()
  else void answer(number)
})

async function answer(number: number): Promise<void> {
  const begun = performance.now()
  const ids = await contender.search(questions[number]!)
  const answered: Answered = { ms: performance.now() - begun, ids }
  process.send?.(answered)
}

async function end(): Promise<void> {
  await contender.close?.()
  process.disconnect()
}
