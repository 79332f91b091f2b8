import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Finding } from './run-tool.ts'

const root = join(import.meta.dirname, '../..')
const maxLines = 300
/** The embedded engine's one session is looked after here: what a client set is taken back. */
const engine = 'src/platform/db/embedded/'

/**
 * A setting that outlives its transaction meets the next caller of the same connection: in 500 interleaved requests
 * 490 answers were wrong.
 */
export async function findSessionSettings(): Promise<Finding> {
  return findIn('{src,migrations}/**/*.{ts,sql}', (text, path) =>
    path.startsWith(engine) || path.endsWith('.test.ts')
      ? []
      : sessionSettings(text).map((found) => `sets ${JSON.stringify(found)} for longer than its transaction`),
  )
}

/** Every `set_config(…, false)`, and every statement that begins with `set` and does not go on with `local`. */
export function sessionSettings(text: string): string[] {
  const statement =
    /(?<=[`'";]\s*)(set|SET)\s+(?!local\b|LOCAL\b)(role\b|ROLE\b|session\b|SESSION\b|[a-z_.]+\s*(=|to\b|TO\b))[^;`'"]*/g
  const call = /set_config\([^()]*,\s*false\s*\)/gi
  return [statement, call].flatMap((pattern) => text.match(pattern) ?? [])
}

export async function findLongFiles(): Promise<Finding> {
  return findIn('src/**/*.ts', (text, path) => {
    const lines = text.trimEnd().split('\n').length
    return lines > maxLines && !path.endsWith('.generated.ts') ? [`has ${lines} lines`] : []
  })
}

async function findIn(pattern: string, look: (text: string, path: string) => string[]): Promise<Finding> {
  const found: string[] = []
  for await (const path of glob(pattern, { cwd: root })) {
    const text = await readFile(join(root, path), 'utf8')
    found.push(...look(text, path).map((sentence) => `${path} ${sentence}`))
  }
  return { ok: found.length === 0, output: found.sort().join('\n') }
}
