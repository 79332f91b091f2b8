import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createWorld } from '#isolation/world/create-world.ts'
import { formatId, randomIds } from '#platform/ids.ts'
import { startTestApp } from '../support/app.ts'
import { type Ended, runCommand } from '../support/run-command.ts'

/** The command line is a caller of the API like any other: what is closed there is closed here, in the same words. */
const app = await startTestApp()
const folder = await mkdtemp(join(tmpdir(), 'bulkhead-command-'))
afterAll(async () => {
  await app.close()
  await rm(folder, { recursive: true, force: true })
})
const { own, stranger, run } = await createWorld(app)
await writeFile(join(folder, 'new.md'), 'A file that nobody else may get.')

const bulkhead = (args: string[], settings: Record<string, string> = { BULKHEAD_KEY: own.tenant.key }) =>
  runCommand(args, { BULKHEAD_URL: app.url, BULKHEAD_DATA_DIR: folder, ...settings }, folder)

type Case = { args: (id: string) => string[]; mine: string; theirs: string; nobodys: string }

const spaces = {
  mine: own.first.space.id,
  theirs: stranger.first.space.id,
  nobodys: formatId('spc', randomIds.uuid()),
}
const keys = {
  mine: own.first.keyId,
  theirs: stranger.first.keyId,
  nobodys: formatId('key', randomIds.uuid()),
}
const tenants = {
  mine: own.tenant.id,
  theirs: stranger.tenant.id,
  nobodys: formatId('ten', randomIds.uuid()),
}

/** Every command that takes an id; what cannot be done twice comes last. */
const cases: Case[] = [
  { args: (id) => ['space', 'get', id], ...spaces },
  { args: (id) => ['search', run.commonWords, '--space', id], ...spaces },
  { args: (id) => ['ask', run.question, '--space', id], ...spaces },
  { args: (id) => ['ingest', 'new.md', '--space', id], ...spaces },
  { args: (id) => ['key', 'create', 'new', '--space', id], ...spaces },
  { args: (id) => ['space', 'archive', id], ...spaces },
  { args: (id) => ['space', 'resume', id], ...spaces },
  { args: (id) => ['tenant', 'get', id], ...tenants },
  { args: (id) => ['key', 'revoke', id], ...keys },
]

describe.each(cases.map((one) => ({ name: one.args('…').join(' '), ...one })))('bulkhead $name', (one) => {
  test('does it with an own id, and tells of a foreign one what it tells of nobody’s', async () => {
    const told = async (id: string): Promise<Ended> => {
      const { code, out, err } = await bulkhead(one.args(id))
      return { code, out: out.replaceAll(id, '…'), err: err.replaceAll(id, '…') }
    }
    expect(await told(one.mine)).toMatchObject({ code: 0 })
    const nobodys = await told(one.nobodys)
    expect(nobodys.code).toBe(3)
    expect(await told(one.theirs)).toEqual(nobodys)
  })
})

test('a given key is the one that is used, whatever keys lie in the data directory', async () => {
  await writeFile(join(folder, 'tenant.key'), `${stranger.tenant.key}\n`)
  const listed = await bulkhead(['space', 'list', '--json'])
  expect(listed.out).toContain(own.first.space.id)
  expect(listed.out).not.toContain(stranger.first.space.id)
  const argument = await bulkhead(['space', 'list', '--json', '--key', own.second.key])
  expect(argument.out).toContain(own.second.space.id)
  expect(argument.out).not.toContain(own.first.space.id)
  const fallback = await bulkhead(['space', 'list', '--json'], {})
  expect(fallback.out).toContain(stranger.first.space.id)
})
