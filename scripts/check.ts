import { type Finding, runTool } from './check/run-tool.ts'
import { findLongFiles, findSessionSettings } from './check/house-rules.ts'
import { lintOpenApi } from './check/lint-openapi.ts'
import { findStaleMutations } from './check/stale-mutations.ts'

type Check = { name: string; run: () => Promise<Finding> }

/** `npm run check`: everything that can be said about the code without running it. All of it runs, whatever fails. */
const checks: Check[] = [
  { name: 'types', run: () => runTool('tsc', ['-p', '.']) },
  { name: 'lint', run: () => runTool('oxlint', ['--deny-warnings']) },
  { name: 'format', run: () => runTool('oxfmt', ['--check', '.']) },
  { name: 'unused code and dependencies', run: () => runTool('knip', []) },
  { name: 'settings end with their transaction', run: findSessionSettings },
  { name: 'mutations fit the guards they break', run: findStaleMutations },
  { name: 'no file over 300 lines', run: findLongFiles },
  { name: 'generated files are up to date', run: () => runTool('scripts/generate.ts', ['--check']) },
  { name: 'OpenAPI document', run: lintOpenApi },
]

let failures = 0
for (const { name, run } of checks) {
  const started = performance.now()
  const { ok, output } = await run().catch((error: unknown) => ({ ok: false, output: String(error) }))
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)`)
  if (ok) continue
  failures++
  console.log(output.trimEnd().replaceAll(/^/gm, '        '))
}
console.log(failures === 0 ? 'All checks passed.' : `${failures} of ${checks.length} checks failed.`)
process.exitCode = failures === 0 ? 0 : 1
