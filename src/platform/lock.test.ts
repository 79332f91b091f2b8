import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockDirectory } from './lock.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lock-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const lockFile = () => join(directory, 'bulkhead.lock')

/** A real second process that takes the directory, says so, and holds it until its input ends. */
function startHolder() {
  const script = `
    import { lockDirectory } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))}
    try { lockDirectory(${JSON.stringify(directory)}); console.log('held') } catch (error) { console.log(error.message) }
    process.stdin.resume().on('end', () => process.exit())`
  const flags = ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', script]
  return spawn(process.execPath, flags, { stdio: ['pipe', 'pipe', 'inherit'] })
}

async function firstLine(child: ReturnType<typeof startHolder>): Promise<string> {
  const [data]: [Buffer] = (await once(child.stdout, 'data')) as [Buffer]
  return data.toString().trim()
}

test('a second process is refused at once, with the number of the one that holds it', async () => {
  const holder = startHolder()
  try {
    expect(await firstLine(holder)).toBe('held')
    const started = performance.now()
    expect(() => lockDirectory(directory)).toThrow(`is in use by process ${holder.pid}`)
    expect(performance.now() - started).toBeLessThan(1000)
  } finally {
    holder.kill('SIGKILL')
    await once(holder, 'exit')
  }
})

test('this process is refused by itself, until it releases', () => {
  const lock = lockDirectory(directory)
  expect(() => lockDirectory(directory)).toThrow(`is in use by process ${process.pid}`)
  lock.release()
  expect(existsSync(lockFile())).toBe(false)
  lockDirectory(directory).release()
})

test('the lock of a process that was killed is taken over', async () => {
  const holder = startHolder()
  expect(await firstLine(holder)).toBe('held')
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  expect(existsSync(lockFile())).toBe(true)
  expectTakeover()
})

test('of several that start at once on a stale lock exactly one gets it', async () => {
  for (const stale of ['', `${deadProcess()} 5\n`, '']) {
    writeFileSync(lockFile(), stale)
    const holders = Array.from({ length: 6 }, startHolder)
    const said = await Promise.all(holders.map(firstLine))
    holders.forEach((holder) => holder.kill('SIGKILL'))
    expect(
      said.filter((line) => line === 'held'),
      said.join('\n'),
    ).toHaveLength(1)
    await Promise.all(holders.map((holder) => once(holder, 'close')))
  }
})

test('the lock of a process whose number another one has now is taken over', () => {
  writeFileSync(lockFile(), `${process.pid} 1\n`)
  expectTakeover()
})

test.each([['text'], ['-1 0'], ['0 0'], [`${deadProcess()} 5`]])(
  'a lock that says %j is taken over',
  (text) => {
    writeFileSync(lockFile(), text)
    expectTakeover()
  },
)

test('a lock that meanwhile belongs to another is not released', () => {
  const lock = lockDirectory(directory)
  writeFileSync(lockFile(), '1 1\n')
  lock.release()
  expect(readFileSync(lockFile(), 'utf8')).toBe('1 1\n')
})

test('nobody else may read or change the lock', () => {
  const lock = lockDirectory(directory)
  expect(statSync(lockFile()).mode & 0o777).toBe(0o600)
  lock.release()
})

function expectTakeover() {
  const lock = lockDirectory(directory)
  expect(readFileSync(lockFile(), 'utf8')).toMatch(new RegExp(`^${process.pid} `))
  lock.release()
}

/** The number of a process that has just ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid
}
