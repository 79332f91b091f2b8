import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runDatabases } from './test/run-databases.ts'

/**
 * `npm run test:scale [-- filters]`: the tests that take their sizes from test/support/scale.ts, at full size, on the
 * embedded database, on a server one and through PgBouncer. Takes hours.
 */
const root = join(import.meta.dirname, '..')
const wanted = process.argv.slice(2)
const found = await findTestsOfScale()
const filters = found.filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)))

if (filters.length === 0) {
  console.log(`None of the tests of scale matches:\n  ${found.join('\n  ')}\n0 passed, 0 failed`)
  process.exitCode = 1
} else {
  process.env['TEST_SCALE'] = 'full'
  console.log(`At full size:\n  ${filters.join('\n  ')}`)
  const projects = ['api', 'isolation']
  await runDatabases({ embedded: projects, server: projects, pooled: ['pooled'], filters })
}

async function findTestsOfScale(): Promise<string[]> {
  const paths: string[] = []
  for await (const path of glob('test/{api,isolation}/**/*.test.ts', { cwd: root })) {
    const text = await readFile(join(root, path), 'utf8')
    if (text.includes("/support/scale.ts'")) paths.push(path)
  }
  return paths.sort()
}
