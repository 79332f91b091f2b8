import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, test } from 'vitest'
import { randomId } from '#isolation/routes/foreign-ids.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { foreignTraces } from '#isolation/world/traces.ts'
import { buildProgram } from '../../src/cli/program.ts'
import { startTestApp } from '../support/app.ts'
import { startCommandProcess } from '../support/start-command-process.ts'
import { type Ended, startCommand } from '../support/run-command.ts'
import { commandCases } from './command-line/cases.ts'

/** The command line is a caller of the API like any other: what is closed there is closed here, in the same words. */
const app = await startTestApp()
const folder = await mkdtemp(join(tmpdir(), 'bulkhead-command-'))
const program = startCommandProcess(folder)
afterAll(async () => {
  await program.end()
  await app.close()
  await rm(folder, { recursive: true, force: true })
})
const world = await createWorld(app)
const { own, stranger, run } = world
await writeFile(join(folder, 'new.md'), 'A file that nobody else may get.')

/** What the command line says, but for the id of the request. */
async function bulkhead(args: string[], settings: Record<string, string>): Promise<Ended> {
  const surroundings = { BULKHEAD_URL: app.url, BULKHEAD_DATA_DIR: folder, ...settings }
  const { code, out, err } = await program.run([...args, '--json'], surroundings)
  return { code, out, err: err.replaceAll(/"request_id":"\w+"/g, '') }
}

const { tenant, first, second, people } = own
const cases = await commandCases(world)

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
  ['user list', ['user', 'list'], people.user.id],
  ['group list', ['group', 'list'], people.group.id],
  ['role list', ['role', 'list'], people.role.id],
  ['grant list', ['grant', 'list'], first.space.id],
  ['invitation list', ['invitation', 'list'], people.invitation.id],
  ['portal list', ['portal', 'list'], people.token.id],
  ['webhook list', ['webhook', 'list'], first.webhook.id],
  ['alert list', ['alert', 'list'], first.alert.id],
  ['events list', ['events', 'list', '--limit', '10000'], first.file.id],
  ['events digest', ['events', 'digest'], second.file.name],
  ['audit list', ['audit', 'list', '--limit', '10000'], first.file.id],
  ['audit export', ['audit', 'export'], first.file.id],
  ['audit export as a table', ['audit', 'export', '--format', 'csv'], first.file.id],
  ['audit head', ['audit', 'head'], tenant.id],
  ['audit verify', ['audit', 'verify'], tenant.id],
])('%s shows a tenant its own and nothing of another', async (_command, args, shown) => {
  const { code, out } = await bulkhead(args, { BULKHEAD_KEY: tenant.key })
  expect(code).toBe(0)
  expect(out).toContain(shown)
  const caller = world.callers.find(({ level }) => level === 'tenant')!
  expect(foreignTraces(world, caller).filter((trace) => withoutRefusals(out).includes(trace))).toEqual([])
})

const otherPlaces = [stranger, world.sibling!].flatMap(({ first, people }) => [
  ['--folder', first.folder.id],
  ['--file', first.file.id],
  ['--user', people.user.id],
  ['--actor', first.keyId],
])
test.each(['events', 'audit'])('%s list finds nothing of what others have', async (group) => {
  const list = (filter: string[]) => bulkhead([group, 'list', ...filter], { BULKHEAD_KEY: tenant.key })
  for (const [name = '', id = ''] of otherPlaces) {
    // Who acted is asked for by a name alone, and of somebody else there is nothing.
    expect(await list([name, id])).toMatchObject({ code: name === '--actor' ? 0 : 3, out: '' })
  }
  expect((await list(['--file', first.file.id])).out).toContain(first.file.id)
})

test('events tail shows a tenant its own and nothing of another, and answers a foreign space as nobody’s', async () => {
  const given = { BULKHEAD_URL: app.url, BULKHEAD_KEY: tenant.key }
  const tail = (...args: string[]) => startCommand(['events', 'tail', '--json', ...args], given, folder)
  const nobodys = randomId('space')
  const expected = await endOf(tail('--space', nobodys))
  expect(expected.code, expected.err).toBe(3)
  for (const id of [stranger.second.space.id, stranger.second.space.slug, world.sibling!.second.space.id])
    expect(unnamed(await endOf(tail('--space', id)), id)).toEqual(unnamed(expected, nobodys))
  const [last] = (await bulkhead(['audit', 'head'], given)).out.match(/(?<="id":)\d+/) ?? []
  const child = tail('--after', '0')
  const lines = createInterface({ input: child.stdout })
  let told = ''
  for await (const line of lines) {
    told += `${line}\n`
    if (line.startsWith(`{"id":${last},`)) break
  }
  child.kill('SIGINT')
  expect(told).toContain(first.file.id)
  const caller = world.callers.find(({ level }) => level === 'tenant')!
  expect(foreignTraces(world, caller).filter((trace) => withoutRefusals(told).includes(trace))).toEqual([])
})

async function endOf(child: ReturnType<typeof startCommand>): Promise<Ended> {
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ])
  return { code, out, err: err.replaceAll(/"request_id":"\w+"/g, '') }
}

/** Events of refused requests say what was asked for, as whoever asked had it. */
function withoutRefusals(out: string): string {
  return out.replaceAll(/^.*request\.refused.*$/gm, '')
}

/** These name nothing that is somebody’s: they make something, or never ask a server. */
const nameless = [
  'demo',
  'doctor',
  'isolation check',
  'isolation clean',
  'migrate',
  'serve',
  'embedder list',
  'reranker list',
  'model list',
  'group create',
  'role create',
  'space create',
  'tenant create',
  // Of the tenant whose key it is.
  'audit head',
  'audit settings',
  'audit verify',
  'audit export',
  // It goes on until it is stopped, and has a test of its own.
  'events tail',
  // It names a subject, which is whoever the tenant says.
  'portal revoke-all',
]
/** To a platform key, which these take, nobody is a stranger. */
const ofPlatform = /^(partner|keyring) /
const lists = [
  'alert',
  'file',
  'grant',
  'group',
  'invitation',
  'key',
  'portal',
  'role',
  'space',
  'tenant',
  'user',
  'webhook',
].map((kind) => `${kind} list`)

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
