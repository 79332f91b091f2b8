import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'

const root = join(import.meta.dirname, '../..')
const marker = '<!-- run -->'

describe.each(['README.md', 'docs/guides/recipes.md'])('%s', async (document) => {
  const content = await readFile(join(root, document), 'utf8')
  const blocks = [...content.matchAll(/<!-- run -->\n```sh\n([^]*?)\n```/g)].map(([, block = '']) => block)
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp()
  })
  afterAll(() => app.close())

  test('every marked block is one that is run', () => {
    expect(blocks.length).toBeGreaterThan(0)
    expect(blocks).toHaveLength(content.split(marker).length - 1)
  })

  test('the commands work, one after the other in one terminal', async () => {
    const { exitCode, outputs, errors } = await runInOneShell(
      blocks.map((block) => asHere(block, app)),
      app,
    )
    expect(exitCode, `${outputs.at(-1)}\n${errors}`).toBe(0)
    expect(outputs).toHaveLength(blocks.length)
    for (const [i, output] of outputs.entries()) {
      // curl ends with 0 whatever the server answers.
      expect(output, blocks[i]).not.toMatch(/"request_id":|"results":\[\]|"refused":true/)
      expect(output.trim(), blocks[i]).not.toBe('')
    }
  })
})

/** The reader's server listens on the usual port and keeps its data in the checkout; this one does neither. */
function asHere(block: string, app: TestApp): string {
  return block
    .replaceAll('http://127.0.0.1:8620', app.url)
    .replaceAll(/(?<![\w/-])data\//g, `${app.database.dataDir}/`)
}

async function runInOneShell(scripts: string[], app: TestApp) {
  const separator = '---------- next block'
  const shell = spawn('bash', ['-e', '-o', 'pipefail', '-c', scripts.join(`\necho '${separator}'\n`)], {
    cwd: root,
    env: { ...process.env, BULKHEAD_URL: app.url, BULKHEAD_DATA_DIR: app.database.dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 200_000,
  })
  const [output, errors, [exitCode]] = await Promise.all([
    text(shell.stdout),
    text(shell.stderr),
    once(shell, 'exit'),
  ])
  return { exitCode, outputs: output.split(separator), errors }
}
