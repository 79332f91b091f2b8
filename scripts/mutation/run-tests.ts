import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { runTypes } from '../test/run-types.ts'

export type TestRun = {
  /** Names of the tests that failed, with their file. */
  failed: string[]
  passed: number
  /** Whether the run itself says that all is well. */
  isOk: boolean
  /** Everything that was said, for a run that did not come to its tests. */
  said: string
}

export type TestOptions = {
  /** Variables that say on which database, and on which template of one. */
  database: Record<string, string>
  /** Stop at the first failure, on one core. */
  isBrief: boolean
  signal: AbortSignal
}

/** Runs test files of a copy of this repository, by parts of their names. */
export async function runTests(tree: string, tests: string[], options: TestOptions): Promise<TestRun> {
  if (tests.includes('test/types')) return runTypeTests(tree)
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-mutant-'))
  try {
    const outputFile = join(folder, 'results.json')
    const ended = await runVitest(tree, argsFor(tests, outputFile, options.isBrief), folder, options)
    return readResults(await readFile(outputFile, 'utf8').catch(() => '{}'), ended)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function runTypeTests(tree: string): Promise<TestRun> {
  const { passed, failures } = await runTypes(tree)
  const failed = failures.map((line) => line.replace(/\((\d+),.*/, ' line $1'))
  return { failed, passed, isOk: failed.length === 0, said: failures.join('\n') }
}

/** What hangs proves nothing, see below: there is no use in waiting for it as long as the suite does. */
const mutantTimeoutMs = 100_000

function argsFor(tests: string[], outputFile: string, isBrief: boolean): string[] {
  const projects = new Set(tests.map((test) => /^test\/(\w+)\//.exec(test)?.[1] ?? 'unit'))
  return [
    'run',
    ...[...projects].map((project) => `--project=${project}`),
    '--reporter=json',
    `--outputFile.json=${outputFile}`,
    ...(isBrief ? ['--bail=1', '--maxWorkers=1', `--testTimeout=${mutantTimeoutMs}`] : []),
    ...tests,
  ]
}

type Results = {
  numPassedTests?: number
  testResults?: {
    name: string
    message: string
    assertionResults: {
      status: string
      title: string
      ancestorTitles: string[]
      failureMessages: string[]
    }[]
  }[]
}

function readResults(json: string, { output, isOk }: Ended): TestRun {
  const { numPassedTests: passed = 0, testResults: files = [] }: Results = JSON.parse(json)
  const failed = files.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter((test) => test.status === 'failed' && !test.failureMessages.some(isTimeout))
      .map((test) => [basename(name, '.test.ts'), ...test.ancestorTitles, test.title].join(' › ')),
  )
  const messages = files.flatMap(({ message, assertionResults }) => [
    message,
    ...assertionResults.flatMap(({ failureMessages }) => failureMessages),
  ])
  return { failed, passed, isOk, said: [output, ...messages].join('\n') }
}

/** Any test runs out of time on a busy machine: that says nothing of the guard. */
function isTimeout(message: string): boolean {
  return /^Error: (Test|Hook) timed out in \d+ms/.test(message)
}

type Ended = { output: string; isOk: boolean }

function runVitest(
  tree: string,
  args: string[],
  folder: string,
  { database, signal }: TestOptions,
): Promise<Ended> {
  const own = ['TEST_DATABASE_URL', 'TEST_TEMPLATE', 'TEST_EMPTY_DATABASE']
  const inherited = Object.entries(process.env).filter(([name]) => !own.includes(name))
  const vitest = spawn(process.execPath, [join(tree, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: tree,
    env: { ...Object.fromEntries(inherited), ...database, TMPDIR: folder, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [vitest.stdout, vitest.stderr]) {
    stream.on('data', (text: Buffer) => (output = `${output}${text.toString()}`.slice(-20_000)))
  }
  const stop = () => void vitest.kill('SIGTERM')
  signal.addEventListener('abort', stop)
  return new Promise((resolve, reject) => {
    vitest.on('error', reject)
    vitest.on('close', (code) => {
      signal.removeEventListener('abort', stop)
      resolve({ output, isOk: code === 0 })
    })
  })
}
