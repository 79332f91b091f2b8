import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { randomId } from '#isolation/routes/foreign-ids.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { foreignTraces } from '#isolation/world/traces.ts'
import { buildProgram } from '../../src/cli/program.ts'
import { startTestApp } from '../support/app.ts'
import { type Ended, runCommand } from '../support/run-command.ts'

/** The command line is a caller of the API like any other: what is closed there is closed here, in the same words. */
const app = await startTestApp()
const folder = await mkdtemp(join(tmpdir(), 'bulkhead-command-'))
afterAll(async () => {
  await app.close()
  await rm(folder, { recursive: true, force: true })
})
const world = await createWorld(app)
const { own, stranger, sibling, run } = world
await writeFile(join(folder, 'new.md'), 'A file that nobody else may get.')

/** What the command line says, but for the id of the request. */
async function bulkhead(args: string[], settings: Record<string, string>): Promise<Ended> {
  const surroundings = { BULKHEAD_URL: app.url, BULKHEAD_DATA_DIR: folder, ...settings }
  const { code, out, err } = await runCommand([...args, '--json'], surroundings, folder)
  return { code, out, err: err.replaceAll(/"request_id":"\w+"/g, '') }
}

type Case = {
  command: string
  key: string
  /** The arguments with an id in them. */
  args: (id: string) => string[]
  /** An id that the key may name, ids that it may not, and one that nobody has. */
  own: string
  foreign: string[]
  nobodys: string
}

const { tenant, first, second, partner } = own
const spaces = {
  own: second.space.id,
  foreign: [stranger.second.space.id, stranger.second.space.slug, sibling!.second.space.id],
  nobodys: randomId('space'),
}
const tenants = {
  own: tenant.id,
  foreign: [stranger.tenant.id, stranger.tenant.slug],
  nobodys: randomId('tenant'),
}
const keys = {
  own: first.keyId,
  foreign: [stranger.tenant.keyId, stranger.first.keyId],
  nobodys: randomId('key'),
}
const folders = {
  own: second.folder.id,
  foreign: [stranger.second.folder.id, sibling!.second.folder.id],
  nobodys: randomId('folder'),
}
const files = {
  own: second.file.id,
  foreign: [stranger.second.file.id, sibling!.second.file.id],
  nobodys: randomId('file'),
}
const spare = await tenant.api.post<{ id: string }>('/v1/folders', { name: 'spare' })
const lost = await tenant.api.upload<{ id: string }>('lost.txt', 'Thrown away.')
await tenant.api.delete(`/v1/files/${lost.body.id}`)
const empty = await tenant.api.post<{ slug: string }>('/v1/spaces', { slug: 'empty' })
const doomed = await partner.api!.post<{ id: string }>('/v1/tenants', { slug: 'doomed' })
const byTenant = { key: tenant.key }
const byPartner = { key: partner.key! }

/** Every command that talks about something by id. Those that end a thing come last. */
const cases: Case[] = [
  { ...byTenant, ...spaces, command: 'search', args: (id) => ['search', run.commonWords, '--space', id] },
  { ...byTenant, ...spaces, command: 'ask', args: (id) => ['ask', run.question, '--space', id] },
  {
    ...byTenant,
    ...spaces,
    command: 'ingest',
    args: (id) => ['ingest', 'new.md', '--space', id, '--no-wait'],
  },
  { ...byTenant, ...spaces, command: 'space get', args: (id) => ['space', 'get', id] },
  { ...byTenant, ...spaces, command: 'space archive', args: (id) => ['space', 'archive', id] },
  { ...byTenant, ...spaces, command: 'space resume', args: (id) => ['space', 'resume', id] },
  { ...byTenant, ...spaces, command: 'space synonyms', args: (id) => ['space', 'synonyms', id] },
  { ...byTenant, ...spaces, command: 'embedder status', args: (id) => ['embedder', 'status', id] },
  {
    ...byTenant,
    ...spaces,
    command: 'embedder use, for a space',
    args: (id) => ['embedder', 'use', 'builtin', '--space', id],
  },
  {
    ...byPartner,
    ...tenants,
    command: 'embedder use, for a tenant',
    args: (id) => ['embedder', 'use', 'builtin', '--tenant', id],
  },
  {
    ...byTenant,
    ...folders,
    command: 'file list, in a folder',
    args: (id) => ['file', 'list', '--space', second.space.id, '--folder', id],
  },
  {
    ...byTenant,
    ...spaces,
    command: 'folder list',
    args: (id) => ['folder', 'list', '--space', id],
  },
  {
    ...byTenant,
    ...folders,
    command: 'folder create',
    args: (id) => ['folder', 'create', 'a/b', '--in', id, '--space', second.space.id],
  },
  { ...byTenant, ...folders, command: 'folder rename', args: (id) => ['folder', 'rename', id, 'renamed'] },
  { ...byTenant, ...folders, command: 'folder move', args: (id) => ['folder', 'move', id, '/'] },
  {
    ...byTenant,
    ...folders,
    own: spare.body.id,
    command: 'folder delete',
    args: (id) => ['folder', 'delete', id],
  },
  ...['show', 'versions', 'copy', 'move', 'delete'].map((verb) => ({
    ...byTenant,
    ...files,
    command: `file ${verb}`,
    args: (id: string) => ['file', verb, id],
  })),
  {
    ...byTenant,
    ...files,
    own: lost.body.id,
    command: 'file restore',
    args: (id) => ['file', 'restore', id],
  },
  {
    ...byTenant,
    ...files,
    own: first.file.id,
    command: 'file rename',
    args: (id) => ['file', 'rename', id, 'renamed.md'],
  },
  {
    ...byTenant,
    ...files,
    own: first.file.id,
    command: 'file download',
    args: (id) => ['file', 'download', id, '--output', 'saved.md', '--force'],
  },
  { ...byTenant, ...tenants, command: 'tenant get', args: (id) => ['tenant', 'get', id] },
  { ...byTenant, ...spaces, command: 'key create', args: (id) => ['key', 'create', 'one', '--space', id] },
  { ...byPartner, ...tenants, command: 'tenant get, by a partner', args: (id) => ['tenant', 'get', id] },
  ...['suspend', 'resume', 'archive'].map((verb) => ({
    ...byPartner,
    ...tenants,
    own: sibling!.tenant.id,
    command: `tenant ${verb}`,
    args: (id: string) => ['tenant', verb, id],
  })),
  {
    ...byTenant,
    ...spaces,
    own: empty.body.slug,
    command: 'space delete',
    args: (id) => ['space', 'delete', id],
  },
  {
    ...byPartner,
    ...tenants,
    own: doomed.body.id,
    command: 'tenant erase',
    args: (id) => ['tenant', 'erase', id, '--yes'],
  },
  { ...byTenant, ...keys, command: 'key revoke', args: (id) => ['key', 'revoke', id] },
]

describe.each(cases)('$command', ({ key, args, own: mine, foreign, nobodys }) => {
  test('finds the own and answers a foreign id as nobody’s', async () => {
    const expected = await bulkhead(args(nobodys), { BULKHEAD_KEY: key })
    expect(expected.code, expected.err).toBe(3)
    for (const id of foreign) {
      const answer = await bulkhead(args(id), { BULKHEAD_KEY: key })
      expect({ id, ...unnamed(answer, id) }).toEqual({ id, ...unnamed(expected, nobodys) })
    }
    expect((await bulkhead(args(mine), { BULKHEAD_KEY: key })).code).toBe(0)
  })
})

/** What was typed stands in some answers. */
function unnamed({ code, out, err }: Ended, id: string): Ended {
  return { code, out: out.replaceAll(id, '<id>'), err: err.replaceAll(id, '<id>') }
}

test.each([
  ['search', ['search', run.commonWords, '--space', '*'], first.file.id],
  ['ask', ['ask', run.question, '--space', '*'], 'fil_'],
  ['space list', ['space', 'list'], second.space.id],
  ['tenant list', ['tenant', 'list'], tenant.id],
  ['key list', ['key', 'list'], tenant.keyId],
  ['file list', ['file', 'list', '--space', '*'], first.file.id],
])('%s shows a tenant its own and nothing of another', async (_command, args, shown) => {
  const { code, out } = await bulkhead(args, { BULKHEAD_KEY: tenant.key })
  expect(code).toBe(0)
  expect(out).toContain(shown)
  const caller = world.callers.find(({ level }) => level === 'tenant')!
  expect(foreignTraces(world, caller).filter((trace) => out.includes(trace))).toEqual([])
})

/** These name nothing that is somebody’s: they make something, or never ask a server. */
const nameless =
  'demo, doctor, embedder list, isolation check, isolation clean, migrate, serve, space create, tenant create'.split(
    ', ',
  )
/** To a platform key, which these take, nobody is a stranger. */
const ofPlatform = /^(partner|keyring) /
const lists = ['file list', 'key list', 'space list', 'tenant list']

test('every command that talks to a server about somebody’s things is tried here', () => {
  const leaves = buildProgram().commands.flatMap((command) =>
    command.commands.length === 0
      ? [command.name()]
      : command.commands.map((leaf) => `${command.name()} ${leaf.name()}`),
  )
  const tried = cases.map(({ command }) => command.replace(/, .*/, ''))
  const known = [...tried, ...lists, ...nameless]
  expect(leaves.filter((name) => !known.includes(name) && !ofPlatform.test(name))).toEqual([])
})

test('a given key is the one that is used, whatever keys lie in the data directory', async () => {
  const given = { BULKHEAD_KEY: own.tenant.key }
  await writeFile(join(folder, 'tenant.key'), `${stranger.tenant.key}\n`)
  const listed = await bulkhead(['space', 'list'], given)
  expect(listed.out).toContain(own.first.space.id)
  expect(listed.out).not.toContain(stranger.first.space.id)
  const argument = await bulkhead(['space', 'list', '--key', own.second.key], given)
  expect(argument.out).toContain(own.second.space.id)
  expect(argument.out).not.toContain(own.first.space.id)
  const fallback = await bulkhead(['space', 'list'], {})
  expect(fallback.out).toContain(stranger.first.space.id)
})
