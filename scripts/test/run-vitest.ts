import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

export type Tally = {
  passed: number
  /** What failed, each with the beginning of what it said. */
  failures: string[]
}

/** The server PostgreSQL to test on, by a superuser's URL, and the pooler that the server under test goes through. */
export type TestServer = { url: string; pooler?: string }

const root = join(import.meta.dirname, '../..')

/**
 * Runs the tests of these projects with the usual output, and counts them from a second, machine-readable one. Their
 * temporary files are below one folder, which goes even when the run was interrupted.
 */
export async function runVitest(
  projects: string[],
  filters: string[],
  server: TestServer | undefined,
  signal: AbortSignal,
): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-tests-'))
  const outputFile = join(folder, 'results.json')
  const args = [
    'run',
    ...projects.map((project) => `--project=${project}`),
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${outputFile}`,
    ...filters,
  ]
  const { TEST_DATABASE_URL: _url, TEST_POOLER: _pooler, ...inherited } = process.env
  const env = {
    ...inherited,
    TMPDIR: folder,
    ...(server ? { TEST_DATABASE_URL: server.url } : {}),
    ...(server?.pooler ? { TEST_POOLER: server.pooler } : {}),
  }
  try {
    const code = await spawnVitest(args, env, signal)
    return tallyOf(await readFile(outputFile, 'utf8').catch(() => undefined), code)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/**
 * A file that does not load has no test to fail, and an error outside of any test fails only the exit code: each counts
 * as a failure of its own.
 */
export function tallyOf(json: string | undefined, exitCode: number): Tally {
  const results: Results | undefined = json === undefined ? undefined : JSON.parse(json)
  const passed = results?.numPassedTests ?? 0
  const failures = (results?.testResults ?? []).flatMap(failuresOf)
  if (failures.length > 0 || exitCode === 0) return { passed, failures }
  return { passed, failures: [`vitest ended with ${exitCode}, and no test failed`] }
}

function failuresOf({ name, status, message, assertionResults }: FileResult): string[] {
  const file = relative(root, name)
  const failed = assertionResults.filter((test) => test.status === 'failed')
  if (failed.length === 0) return status === 'failed' ? [`${file} did not load\n${begin(message)}`] : []
  return failed.map(
    ({ fullName, failureMessages }) => `${file}: ${fullName}\n${begin(failureMessages.join('\n'))}`,
  )
}

const shownLines = 15

function begin(message: string): string {
  const own = message.split('\n').filter((line) => !line.includes('/node_modules/'))
  return own.slice(0, shownLines).join('\n')
}

/** The part of vitest's JSON report (the form of Jest's) that is used. */
type Results = { numPassedTests: number; testResults: FileResult[] }
type FileResult = {
  name: string
  status: string
  message: string
  assertionResults: { status: string; fullName: string; failureMessages: string[] }[]
}

function spawnVitest(args: string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<number> {
  const vitest = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const stop = () => void vitest.kill('SIGTERM')
  signal.addEventListener('abort', stop)
  return new Promise((resolve, reject) => {
    vitest.on('error', reject)
    vitest.on('exit', (code) => {
      signal.removeEventListener('abort', stop)
      resolve(code ?? 1)
    })
  })
}
