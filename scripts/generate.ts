import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { buildProgram } from '#cli/program.ts'
import { generateCommandLine } from './generate/command-line.ts'
import { compileKernel } from './generate/compile-kernel.ts'
import { generateConfiguration } from './generate/configuration.ts'
import { describeApp } from './generate/describe-app.ts'
import { describeDatabase } from './generate/describe-database.ts'
import { generateEvents } from './generate/events.ts'
import { generateRoles } from './generate/roles.ts'
import { generateServerVersions } from './generate/server-versions.ts'
import { generateMutations } from './generate/mutations.ts'

/**
 * `npm run generate` writes everything that is made from definitions elsewhere; with `--check` it writes nothing and
 * fails with the names of the files that have drifted.
 */
const root = dirname(import.meta.dirname)
const isCheck = process.argv.includes('--check')

const files: Record<string, string> = {
  ...(await describeDatabase()),
  ...(await describeApp()),
  ...(await compileKernel()),
  'docs/reference/configuration.md': generateConfiguration(),
  'docs/reference/cli.md': generateCommandLine(buildProgram()),
  'docs/reference/events.md': generateEvents(),
  'docs/reference/roles.md': generateRoles(),
  'docs/security/postgres-versions.md': generateServerVersions(),
  'docs/security/mutations.md': generateMutations(),
}
const drifted: string[] = []
for (const [path, content] of Object.entries(files)) {
  if ((await read(path)) !== content) drifted.push(path)
}

if (!isCheck) {
  for (const path of drifted) await write(path, files[path] ?? '')
  console.log(
    drifted.length === 0 ? 'Nothing has changed.' : drifted.map((path) => `wrote ${path}`).join('\n'),
  )
} else if (drifted.length > 0) {
  console.error(`Out of date, run \`npm run generate\`:\n${drifted.map((path) => `  ${path}`).join('\n')}`)
  process.exitCode = 1
}

async function read(path: string): Promise<string | undefined> {
  return readFile(join(root, path), 'utf8').catch(() => undefined)
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), content)
}
