import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export type Finding = { ok: boolean; output: string }

export const root = join(import.meta.dirname, '../..')

/** Runs a development dependency's program, or a script of this repository, on the Node.js that runs this. */
export async function runTool(program: string, args: string[], tree = root): Promise<Finding> {
  const bin = join(tree, 'node_modules/.bin', program)
  const script = existsSync(bin) ? bin : join(tree, program)
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [script, ...args],
      { cwd: tree, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => resolve({ ok: error === null, output: `${stdout}${stderr}` }),
    )
  })
}
