import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCrashes } from '../../bench/crash/run-crashes.ts'
import type { LocalFile } from '../../bench/server/read-folder.ts'
import { createCorpus } from '../../bench/speed/write-corpus.ts'

const kills = 5

test('a server that is killed while it takes in and reads files loses none and has none twice', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'bulkhead-crash-'))
  try {
    const report = await runCrashes({
      dataDir,
      settings: {},
      files: writeFiles(),
      kills,
      seed: 3,
      windowMs: 800,
    })
    expect(report.kills).toHaveLength(kills)
    const cutOff = report.kills.map(({ cutUploads, waiting }) => cutUploads + waiting)
    expect(Math.max(...cutOff), 'no kill had anything to cut off').toBeGreaterThan(0)
    expect(report.problems).toEqual([])
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}, 300_000)

/** Twelve Markdown files of 30 chunks and three pages of HTML. */
function writeFiles(): LocalFile[] {
  const { writeDocument, writeQuery } = createCorpus(1)
  const encode = (text: string) => new TextEncoder().encode(text)
  const paragraph = () => `<p>${Array.from({ length: 20 }, writeQuery).join(', ')}.</p>`
  const page = () =>
    `<!doctype html><h1>${writeQuery()}</h1>${Array.from({ length: 12 }, paragraph).join('')}`
  return [
    ...Array.from({ length: 12 }, (_, i) => ({ name: `guide ${i}.md`, content: encode(writeDocument()) })),
    ...Array.from({ length: 3 }, (_, i) => ({ name: `page ${i}.html`, content: encode(page()) })),
  ]
}
