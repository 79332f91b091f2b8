import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root, runTool } from '../check/run-tool.ts'
import type { Tally } from './run-vitest.ts'

const folder = 'test/types'

/**
 * What must not compile: each `@ts-expect-error` below test/types is a test, and fails when it meets no error.
 * @param tree a copy of the repository; this one when left out
 */
export async function runTypes(tree = root): Promise<Tally> {
  const names = (await readdir(join(tree, folder))).filter((name) => name.endsWith('.ts'))
  const texts = await Promise.all(names.map((name) => readFile(join(tree, folder, name), 'utf8')))
  const tests = texts.join('\n').match(/^\s*\/\/ @ts-expect-error/gm)?.length ?? 0
  const { ok, output } = await runTool('tsc', ['-p', folder], tree)
  const failures = output.split('\n').filter((line) => line.startsWith(`${folder}/`))
  if (!ok && !/error TS\d+/.test(output)) throw new Error(`tsc did not run: ${output}`)
  return { passed: Math.max(0, tests - failures.length), failures }
}
