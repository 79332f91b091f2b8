import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { deflateSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ExtractRequest, Extractor } from '../port.ts'
import { buildPdf } from '../formats/build-pdf.fixture.ts'
import { childFlags } from './child-flags.ts'
import { startExtractor } from './start-extractor.ts'
import type { ExtractorOptions } from './start-extractor.ts'

let scratchDir: string
let running: Extractor | undefined

beforeEach(() => {
  scratchDir = realpathSync(mkdtempSync(join(tmpdir(), 'extract-test-')))
})
afterEach(async () => {
  await running?.close()
  running = undefined
  rmSync(scratchDir, { recursive: true, force: true })
})

describe('extraction', () => {
  test('gives text and blocks, and leaves no file behind', async () => {
    const extractor = start()
    const { text, blocks } = await extractor.extract(request('acme', '# Title\n\nText.'))
    expect(text).toBe('# Title\n\nText.')
    expect(blocks.map((block) => block.kind)).toEqual(['heading', 'paragraph'])
    expect(openDocuments()).toEqual([])
    await extractor.close()
    expect(readdirSync(scratchDir)).toEqual([])
  })

  test('documents of two tenants are never read by one process', async () => {
    const extractor = start({ processes: 1 })
    const seen = { acme: new Set<string>(), bolt: new Set<string>() }
    for (const tenant of ['acme', 'bolt', 'acme', 'bolt'] as const) {
      await extractor.extract(watched(tenant, (directory) => seen[tenant].add(directory)))
    }
    expect(seen.acme.size).toBeGreaterThan(0)
    expect([...seen.acme].filter((directory) => seen.bolt.has(directory))).toEqual([])
  })

  test('pages and text that come all at once, because this process was busy, are all heard', async () => {
    const pages = Array.from({ length: 30 }, (_, i) => `Page ${i + 1} of a treaty.`)
    const heard: number[] = []
    const onProgress = (done: number) => {
      heard.push(done)
      const busyUntil = heard.length === 1 ? performance.now() + 1000 : 0
      while (performance.now() < busyUntil);
    }
    const treaty = { ...request('acme', buildPdf(...pages), 'treaty.pdf'), onProgress }
    const { text } = await start().extract(treaty)
    expect(text).toContain('Page 30 of a treaty.')
    expect(heard).toEqual(pages.map((_, i) => i + 1))
  })

  test('one tenant keeps its process', async () => {
    const extractor = start({ processes: 2 })
    const directories = new Set<string>()
    for (let i = 0; i < 5; i++)
      await extractor.extract(watched('acme', (directory) => directories.add(directory)))
    expect(directories.size).toBe(1)
  })

  test('a tenant with many documents does not keep another from its turn', async () => {
    const extractor = start({ processes: 1 })
    const order: string[] = []
    const read = async (tenant: string) => {
      await extractor.extract(request(tenant, `text of ${tenant}`))
      order.push(tenant)
    }
    await Promise.all([...Array.from({ length: 30 }, () => read('flood')), read('single')])
    expect(order.length).toBe(31)
    expect(order.indexOf('single')).toBeLessThan(12)
  })

  test('what an earlier server process left in the scratch directory is removed', () => {
    mkdirSync(join(scratchDir, 'reading-left'))
    writeFileSync(join(scratchDir, 'reading-left', 'document'), 'secret')
    start()
    expect(existsSync(join(scratchDir, 'reading-left'))).toBe(false)
  })
})

describe('limits', () => {
  test('a document that takes too long ends its process and nothing else', async () => {
    const extractor = start({ timeoutMs: 400, processes: 2 })
    const other = extractor.extract(request('bolt', 'text'))
    const slow = extractor.extract(request('acme', slowPage, 'slow.html'))
    await expect(slow).rejects.toMatchObject({ failure: 'timed_out' })
    await expect(other).resolves.toMatchObject({ text: 'text' })
    await expect(extractor.extract(request('acme', 'next'))).resolves.toMatchObject({ text: 'next' })
  })

  test('a document that takes too much memory ends its process and nothing else', async () => {
    const extractor = start({ maxMemoryMb: 250, maxTextChars: 100_000_000 })
    const huge = extractor.extract(request('acme', 'a line of text\n\n'.repeat(3_000_000)))
    await expect(huge).rejects.toMatchObject({ failure: 'out_of_memory' })
    await expect(extractor.extract(request('acme', 'next'))).resolves.toMatchObject({ text: 'next' })
  })

  test('a document that a parser unpacks into too much memory is told so too', async () => {
    const page = deflateSync(Buffer.alloc(200 * 10 ** 6)).toString('latin1')
    const pdf = buildPdf('a page').replace(
      /<< \/Length \d+ >>\nstream\n[^]*?\nendstream/,
      () => `<< /Length ${page.length} /Filter /FlateDecode >>\nstream\n${page}\nendstream`,
    )
    const bomb = request('acme', Buffer.from(pdf, 'latin1'), 'bomb.pdf')
    await expect(start({ maxMemoryMb: 512 }).extract(bomb)).rejects.toMatchObject({
      failure: 'out_of_memory',
    })
  })

  test('a file larger than a process can hold is refused before it is copied', async () => {
    const content = () => expect.unreachable()
    const huge = { ...request('acme', ''), sizeBytes: 10 ** 9, content }
    await expect(start().extract(huge)).rejects.toMatchObject({ failure: 'too_large' })
  })

  test('a typed failure comes back as it is and its process goes on', async () => {
    const extractor = start()
    await expect(extractor.extract(request('acme', '%PDF-1.7', 'a.pdf'))).rejects.toMatchObject({
      failure: 'damaged',
    })
    await expect(extractor.extract(request('acme', 'next'))).resolves.toMatchObject({ text: 'next' })
  })
})

describe('stopping', () => {
  test('an aborted document ends with the reason given, at work and in the queue', async () => {
    const extractor = start({ processes: 1 })
    const atWork = new AbortController()
    const queued = new AbortController()
    const first = extractor.extract({ ...request('acme', slowPage, 'slow.html'), signal: atWork.signal })
    const second = extractor.extract({ ...request('acme', 'text'), signal: queued.signal })
    queued.abort(new Error('changed my mind'))
    await expect(second).rejects.toThrow('changed my mind')
    atWork.abort(new Error('gone'))
    await expect(first).rejects.toThrow('gone')
    await expect(extractor.extract(request('acme', 'next'))).resolves.toMatchObject({ text: 'next' })
  })

  test('closing fails what is under way and what comes later', async () => {
    const extractor = start()
    const open = extractor.extract(request('acme', slowPage, 'slow.html'))
    await Promise.all([expect(open).rejects.toMatchObject({ failure: 'crashed' }), extractor.close()])
    await expect(extractor.extract(request('acme', 'late'))).rejects.toMatchObject({ failure: 'crashed' })
  })

  test('a stream that breaks off is the caller’s error, not the document’s', async () => {
    const content = () => Readable.from(brokenOff())
    await expect(start().extract({ ...request('acme', ''), content })).rejects.toThrow('connection lost')
  })
})

describe('a reading process', () => {
  test.each([
    ['reads no file outside its scratch directory', 'fs.readFileSync("/etc/hosts")', 'ERR_ACCESS_DENIED'],
    ['writes no file outside it', `fs.writeFileSync("${tmpdir()}/x", "")`, 'ERR_ACCESS_DENIED'],
    ['starts no process', 'process.getBuiltinModule("child_process").execSync("id")', 'ERR_ACCESS_DENIED'],
    [
      'starts no thread',
      'new (process.getBuiltinModule("worker_threads").Worker)("1", { eval: true })',
      'ERR_ACCESS_DENIED',
    ],
    ['makes no code from strings', 'new Function("return 1")()', 'strings disallowed'],
    [
      'opens no connection',
      'process.getBuiltinModule("net").connect(9, "127.0.0.1")',
      'may not use the network',
    ],
    [
      'looks up no name',
      'process.getBuiltinModule("dns").lookup("localhost", () => {})',
      'may not use the network',
    ],
    ['fetches nothing', 'await fetch("http://127.0.0.1:9/")', 'fetch failed'],
    ['writes to its scratch directory', 'fs.writeFileSync(process.argv[1] + "/x", "")', 'done'],
  ])('%s', (_, attempt, outcome) => {
    expect(tryInChild(attempt)).toContain(outcome)
  })

  test('has a scratch directory that only its own user can open', async () => {
    const modes: number[] = []
    await start().extract(
      watched('acme', (directory) => modes.push(statSync(join(scratchDir, directory)).mode & 0o777)),
    )
    expect(modes[0]).toBe(0o700)
  })
})

/** Takes more than a second to convert. */
const slowPage = `<html><body>${'<p>a <b>b</b></p>'.repeat(100_000)}`

function start(options: Partial<ExtractorOptions> = {}): Extractor {
  const defaults = { processes: 1, timeoutMs: 20_000, maxMemoryMb: 512, maxTextChars: 5_000_000, scratchDir }
  running = startExtractor({ ...defaults, ...options })
  return running
}

function request(affinity: string, content: string | Buffer, fileName = 'a.md'): ExtractRequest {
  return {
    affinity,
    fileName,
    sizeBytes: Buffer.byteLength(content),
    content: () => Readable.from([content]),
  }
}

/** Tells which process's directory the document is written to, while it is. */
function watched(affinity: string, onDirectory: (name: string) => void): ExtractRequest {
  async function* content() {
    yield 'some '
    await expect.poll(openDocuments).toHaveLength(1)
    openDocuments().forEach(onDirectory)
    yield 'text'
  }
  return { ...request(affinity, ''), content: () => Readable.from(content()) }
}

function openDocuments(): string[] {
  return readdirSync(scratchDir).filter((name) => existsSync(join(scratchDir, name, 'document')))
}

async function* brokenOff() {
  yield await Promise.resolve('some text')
  throw new Error('connection lost')
}

/** Runs a line under a reading process's flags, with its network refused; gives the error's code and message, or "done". */
function tryInChild(attempt: string): string {
  const refuse = new URL('../child/refuse-network.ts', import.meta.url).href
  const code = `import fs from 'node:fs'; import { refuseNetwork } from '${refuse}'; refuseNetwork();
    try { ${attempt}; console.log('done') } catch (error) { console.log(error.code, error.message) }`
  const args = [...childFlags(scratchDir, 256), '--input-type=module', '-e', code, scratchDir]
  return execFileSync(process.execPath, args, { encoding: 'utf8', cwd: scratchDir, env: {} })
}
