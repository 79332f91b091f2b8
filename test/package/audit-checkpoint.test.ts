import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Checkpoint } from '#platform/events/index.ts'
import { createTenant, freshDatabase, startTestApp, type TestApp, until } from '../support/app.ts'
import { runCommand } from '../support/run-command.ts'

const pythonVerifier = join(import.meta.dirname, '../../docs/guides/verify-audit.py')
const hasPython = spawnSync('python3', ['--version']).status === 0
const database = await freshDatabase()
const folder = database.dataDir
let app: TestApp
let lines: string[] = []
let publicKey = ''
afterAll(async () => {
  await app.close()
  await database.drop()
})

beforeAll(async () => {
  let aheadMs = 0
  const start = () => startTestApp({ database, clock: { now: () => new Date(Date.now() + aheadMs) } })
  app = await start()
  const { key, api } = await createTenant(app, { slug: 'pruned' })
  await api.patch('/v1/audit/settings', { keeps_days: 1 })
  await app.close()
  aheadMs = 3 * 24 * 3_600_000
  app = await start()
  const read = async (path: string) => {
    const reply = await fetch(new URL(path, app.url), { headers: { authorization: `Bearer ${key}` } })
    return reply.text()
  }
  await until('old entries have ended', async () => {
    const head = JSON.parse(await read('/v1/audit/head')) as { public_key: string; checkpoint: object | null }
    publicKey = head.public_key
    return head.checkpoint ?? undefined
  })
  lines = (await read('/v1/audit/export')).trimEnd().split('\n')
})

type First = { after: { id: number; hash: string }; checkpoint: Checkpoint }
const withFirst = (change: (first: First) => object) => {
  const [first, ...others] = lines
  return [JSON.stringify(change(JSON.parse(first!) as First)), ...others]
}

async function judge(all: string[], ...options: string[]) {
  const file = join(folder, 'export.ndjson')
  await writeFile(file, all.map((line) => `${line}\n`).join(''))
  const { code, out } = await runCommand(['audit', 'verify', file, ...options], {}, folder)
  const python = spawnSync('python3', [pythonVerifier, file], { encoding: 'utf8' })
  return [{ code, out }, ...(hasPython ? [{ code: python.status, out: python.stdout }] : [])]
}

test('an export that begins at a checkpoint is whole, and both verifiers say who signed that', async () => {
  for (const verdict of await judge(lines, '--public-key', publicKey))
    expect(verdict).toEqual({ code: 0, out: expect.stringContaining(`with the key ${publicKey}`) })
})

test('one that begins where another key signed, or nobody, is not taken for whole', async () => {
  const [other] = await judge(lines, '--public-key', 'ab'.repeat(32))
  expect(other).toMatchObject({ code: 6 })
  const unsigned = withFirst((first) => ({ ...first, checkpoint: undefined }))
  const [unknown] = await judge(unsigned, '--public-key', publicKey)
  expect(unknown).toMatchObject({ code: 6 })
})

test.each([
  ['time', (checkpoint: Checkpoint) => ({ ...checkpoint, created_at: '2020-01-01T00:00:00.000Z' })],
  ['chain', (checkpoint: Checkpoint) => ({ ...checkpoint, chain: 'platform' })],
  ['place', (checkpoint: Checkpoint) => ({ ...checkpoint, id: checkpoint.id + 1 })],
  ['key', (checkpoint: Checkpoint) => ({ ...checkpoint, public_key: '00'.repeat(32) })],
  ['signature', (checkpoint: Checkpoint) => ({ ...checkpoint, signature: '11'.repeat(64) })],
  ['fields', (checkpoint: Checkpoint) => ({ ...checkpoint, note: '' })],
])('a checkpoint with another %s is found by both', async (_what, change) => {
  const changed = withFirst((first) => ({ ...first, checkpoint: change(first.checkpoint) }))
  expect((await judge(changed)).map(({ code }) => code)).toEqual(hasPython ? [6, 1] : [6])
})
