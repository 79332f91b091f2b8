import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runTool } from '../check/run-tool.ts'
import type { Tally } from './run-vitest.ts'

const folder = 'test/types'

/** What must not compile: each `@ts-expect-error` below test/types is a test, and fails when it meets no error. */
export async function runTypes(): Promise<Tally> {
  const names = await readdir(folder)
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  const tests = texts.join('\n').match(/^\s*\/\/ @ts-expect-error/gm)?.length ?? 0
  const { ok, output } = await runTool('tsc', ['-p', '.'])
  const failures = output.split('\n').filter((line) => line.startsWith(`${folder}/`))
  for (const failure of failures) console.log(failure)
  if (!ok && !/error TS\d+/.test(output)) throw new Error(`tsc did not run: ${output}`)
  return { passed: Math.max(0, tests - failures.length), failed: failures.length }
}
