import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commitmentOf, type Details, type Entry, hashOf } from '#platform/events/index.ts'
import { type Ended, runCommand } from '../support/run-command.ts'
import { documents, startEventCommands } from '../support/event-commands.ts'

const pythonVerifier = join(import.meta.dirname, '../../docs/guides/verify-audit.py')

const commands = await startEventCommands()
const { app, folder, surroundings, bulkhead, makeSpace } = commands
afterAll(() => commands.close())

type Head = { chain: string; id: number; hash: string }
const headArgument = ({ id, hash }: Pick<Head, 'id' | 'hash'>) => `${id}:${hash}`

test('each level has a trail of its own, which is listed and verified', async () => {
  for (const [key, chain] of [
    [app.keys.tenant, /^ten_/],
    [app.keys.platform, /^platform$/],
  ] as const) {
    const as = { BULKHEAD_KEY: key }
    await app.platform.post('/v1/tenants', { slug: `made-${chain.source.length}` })
    const [head] = documents<Head>((await bulkhead(['audit', 'head', '--json'], as)).out)
    expect(head).toMatchObject({
      chain: expect.stringMatching(chain),
      hash: expect.stringMatching(/^\w{64}$/),
    })
    const listed = documents<{ chain: string }>((await bulkhead(['audit', 'list', '--json'], as)).out)
    expect(new Set(listed.map((entry) => entry.chain))).toEqual(new Set([head!.chain]))
    const verified = await bulkhead(['audit', 'verify', '--head', headArgument(head!)], as)
    expect(verified).toMatchObject({ code: 0, err: '' })
    expect(verified.out).toMatch(/^\d+ entr(y|ies), unbroken from 1 to \d+\n/)
  }
})

test('a head that was kept is compared with the chain on the server, in its middle and beyond its end', async () => {
  const [head] = documents<Head>((await bulkhead(['audit', 'head', '--json'])).out)
  await makeSpace('beyond-the-head')
  expect((await bulkhead(['audit', 'verify', '--head', headArgument(head!)])).code).toBe(0)
  const other = await bulkhead(['audit', 'verify', '--head', `${head!.id}:${'a'.repeat(64)}`])
  expect(other).toMatchObject({ code: 6, err: expect.stringContaining('has another hash than the one kept') })
  const beyond = await bulkhead(['audit', 'verify', '--head', `999999:${head!.hash}`])
  expect(beyond).toMatchObject({ code: 6, err: expect.stringContaining('the chain ends at') })
  expect((await bulkhead(['audit', 'verify', '--head', 'nonsense'])).code).toBe(2)
})

test('settings of readings are shown and changed, and the change is in the trail', async () => {
  const settings = async (...args: string[]) =>
    documents<object>((await bulkhead(['audit', 'settings', ...args, '--json'])).out)
  const usual = { records_reads: 'soon', keeps_days: null }
  expect(await settings()).toEqual([usual])
  expect(await settings('--reads', 'first')).toEqual([{ ...usual, records_reads: 'first' }])
  expect(await settings('--reads', 'soon', '--keep-days', '400')).toEqual([{ ...usual, keeps_days: 400 }])
  expect(await settings('--keep-days', 'forever')).toEqual([usual])
  expect((await bulkhead(['audit', 'settings', '--keep-days', 'long'])).code).toBe(2)
  expect((await bulkhead(['audit', 'settings', '--reads', 'never'])).code).toBe(2)
  expect((await bulkhead(['audit', 'list', '--type', 'settings.updated'])).out).toContain('settings.updated')
})

test('what entries say about somebody is taken out once it is confirmed, and the export stays whole', async () => {
  const space = await makeSpace('named-here')
  expect((await bulkhead(['audit', 'list', '--words', 'named-here'])).out).toContain(space.id)
  const unconfirmed = await bulkhead(['audit', 'redact', space.id])
  expect(unconfirmed).toMatchObject({ code: 2, err: expect.stringContaining('--yes') })
  expect((await bulkhead(['audit', 'redact', '--yes'])).code).toBe(2)
  expect((await bulkhead(['audit', 'redact', 'spc_nowhere', '--yes'])).code).toBe(3)
  const redacted = await bulkhead(['audit', 'redact', space.id, '--yes', '--json'])
  expect(documents(redacted.out)).toEqual([{ entries: 1, details: 1 }])
  expect((await bulkhead(['audit', 'list', '--words', 'named-here'])).out).not.toContain(space.id)
  await bulkhead(['audit', 'export', '--to', 'redacted.ndjson'])
  expect(await readFile(join(folder, 'redacted.ndjson'), 'utf8')).not.toContain('named-here')
  expect(await bulkhead(['audit', 'verify', 'redacted.ndjson'])).toMatchObject({ code: 0 })
  const [newest] = documents<{ id: number }>(
    (await bulkhead(['audit', 'list', '--limit', '1', '--json'])).out,
  )
  const one = ['audit', 'redact', '--entries', String(newest!.id), '--details', 'address', '--yes', '--json']
  expect(documents((await bulkhead(one)).out)).toEqual([{ entries: 1, details: 1 }])
})

test('an export is saved whole or not at all, and overwrites nothing unasked', async () => {
  const saved = await bulkhead(['audit', 'export', '--to', 'trail.csv', '--format', 'csv'])
  expect(saved).toMatchObject({ code: 0, err: '' })
  expect(await readFile(join(folder, 'trail.csv'), 'utf8')).toMatch(/^id,created_at,type,/)
  const again = await bulkhead(['audit', 'export', '--to', 'trail.csv'])
  expect(again).toMatchObject({ code: 2, err: expect.stringContaining('--force') })
  expect((await bulkhead(['audit', 'export', '--to', 'trail.csv', '--force'])).code).toBe(0)
  expect(await readFile(join(folder, 'trail.csv'), 'utf8')).toMatch(/^\{"format":/)
  expect((await bulkhead(['audit', 'export', '--to', 'nowhere/trail'])).code).toBe(2)
  expect((await readdir(folder)).filter((name) => name.startsWith('trail.'))).toEqual(['trail.csv'])
})

test('what is no export is told from one that is broken', async () => {
  await writeFile(join(folder, 'empty.ndjson'), '')
  await writeFile(join(folder, 'table.ndjson'), 'id,created_at\n1,2\n')
  for (const name of ['empty.ndjson', 'table.ndjson']) {
    const { code, err } = await bulkhead(['audit', 'verify', name])
    expect({ code, err }).toEqual({
      code: 6,
      err: expect.stringContaining('does not begin as an export does'),
    })
  }
  expect((await bulkhead(['audit', 'verify', 'missing.ndjson'])).code).toBe(2)
})

describe('an export', () => {
  let lines: string[] = []
  let head = ''

  beforeAll(async () => {
    for (const slug of ['one', 'two', 'three']) await makeSpace(slug)
    await app.tenant.upload('Größe\u2028 👩‍🚀 "x".txt', 'Text.')
    // As a shell runs it: what it writes into a pipe is whole.
    const { code, out } = await runCommand(['audit', 'export'], surroundings({}), folder)
    if (code !== 0) throw new Error(`the export ended with ${code}`)
    lines = out.trimEnd().split('\n')
    head = headArgument((JSON.parse(lines.at(-1)!) as { head: Head }).head)
  })

  test('has entries enough to be tampered with', () => {
    expect(lines.length).toBeGreaterThan(6)
  })

  /** Neither a server nor a key is needed. */
  async function verify(all: string[], kept?: string): Promise<Ended> {
    const args = ['audit', 'verify', await fileOf(all), ...(kept === undefined ? [] : ['--head', kept])]
    return bulkhead(args, { BULKHEAD_URL: 'http://127.0.0.1:9', BULKHEAD_KEY: '' })
  }

  async function fileOf(all: string[]): Promise<string> {
    const file = join(folder, 'judged.ndjson')
    await writeFile(file, all.map((line) => `${line}\n`).join(''))
    return file
  }

  /** The hash of what was recorded, and what somebody would like to have been recorded. */
  function besideCommitment(line: string): string {
    const entry = JSON.parse(line) as Entry
    const commitment = commitmentOf(entry.details.actor_name!)
    const forged = { ...entry.details, actor_name: { commitment, value: 'somebody else' } }
    return JSON.stringify({ ...entry, details: forged })
  }

  const changes: [string, (lines: string[]) => string[], RegExp][] = [
    [
      'a changed value',
      (all) => all.with(3, all[3]!.replace('"outcome":"done"', '"outcome":"refused"')),
      /entry 3 was changed/,
    ],
    [
      'a changed detail',
      (all) => all.with(3, all[3]!.replace(/"value":"/, '"value":"x')),
      /entry 3 was changed/,
    ],
    ['a changed salt', (all) => all.with(3, all[3]!.replace(/"salt":"../, '"salt":"zz')), /entry 3/],
    ['another value beside its commitment', (all) => all.with(3, besideCommitment(all[3]!)), /entry 3/],
    [
      'a field that no entry has',
      (all) => all.with(3, all[3]!.replace('"outcome"', '"more":1,"outcome"')),
      /entry 3/,
    ],
    [
      'a name that is there twice',
      (all) => all.with(3, all[3]!.replace('{', '{"outcome":"refused",')),
      /entry 3/,
    ],
    [
      'half of a surrogate pair',
      (all) => all.with(3, all[3]!.replace(/"value":"/, '"value":"\\ud83d')),
      /entry 3/,
    ],
    ['a dropped line', (all) => all.toSpliced(3, 1), /entry 4 follows 2/],
    ['two that changed places', (all) => all.with(3, all[4]!).with(4, all[3]!), /entry 4 follows 2/],
    ['a line that is there twice', (all) => all.toSpliced(4, 0, all[3]!), /entry 3 follows 3/],
    ['a line that is no JSON', (all) => all.toSpliced(4, 0, 'nonsense'), /entry 4 is no JSON/],
    ['half a line at its end', (all) => [...all.slice(0, -2), all.at(-2)!.slice(0, 40)], /is no JSON/],
    ['a missing last line', (all) => all.slice(0, -1), /cut off/],
    [
      'a missing entry before the last line',
      (all) => all.toSpliced(-2, 1),
      /is where the export says that it ends/,
    ],
    ['something behind the last line', (all) => [...all, all[3]!], /comes after the last line/],
    [
      'another beginning',
      (all) => all.with(0, all[0]!.replace(/"hash":"0/, '"hash":"1')),
      /is not how a chain begins/,
    ],
  ]
  /** Details that left their commitments. */
  const erased = () =>
    lines.map((line) => {
      const value = JSON.parse(line) as { details?: Details }
      const left = Object.entries(value.details ?? {}).map(([name, detail]) => [
        name,
        { commitment: commitmentOf(detail) },
      ])
      return JSON.stringify(
        value.details ? { ...value, details: Object.fromEntries(left) as Details } : value,
      )
    })

  /** One entry less, and a last line that says so. */
  const shortened = () => {
    const { id, hash } = JSON.parse(lines.at(-3)!) as Head
    return [...lines.slice(0, -2), JSON.stringify({ head: { id, hash } })]
  }

  /** An entry that was not recorded, but hashed like one that was, with whatever JSON can hold. */
  const withAnything = () => {
    const { head } = JSON.parse(lines.at(-1)!) as { head: Head }
    const { hash: _, ...last } = JSON.parse(lines.at(-2)!) as Entry & { hash: string }
    const value = {
      numbers: [0, -1, 1e21, 123456789012345680000, 0.1, 1e-6, 1.5e-7, 5e-324, 1.7976931348623157e308],
      '\u{1F600}': 'before',
      '\uFB33': 'after, by code units',
      10: ['\u0000\u001f\b\t\n\f\r"\\/\u007f\u0080\u2028\u2029', '', null, true, { '': {} }],
    }
    const details = { data: { salt: '0f'.repeat(16), value } }
    const entry = { ...last, id: head.id + 1, previous_hash: head.hash, details }
    const hash = hashOf(entry).toString('hex')
    const end = { head: { id: entry.id, hash } }
    return [...lines.slice(0, -1), JSON.stringify({ ...entry, hash }), JSON.stringify(end)]
  }

  const afterTheThird = async () =>
    (await bulkhead(['audit', 'export', '--after', '3'])).out.trimEnd().split('\n')

  describe('is for bulkhead audit verify', () => {
    test('unbroken as it was made, from its beginning or from an entry on', async () => {
      const count = lines.length - 2
      expect(await verify(lines, head)).toMatchObject({
        code: 0,
        out: expect.stringContaining(`${count} entries, unbroken from 1 to ${count}\n`),
        err: '',
      })
      expect((await verify(await afterTheThird(), head)).out).toMatch(/unbroken from 4 to \d+\n/)
    })

    test('unbroken with values that were taken out, and with whatever JSON can hold', async () => {
      expect(erased()).not.toEqual(lines)
      expect(await verify(erased(), head)).toMatchObject({ code: 0 })
      expect(await verify(withAnything(), head)).toMatchObject({ code: 0, err: '' })
    })

    test.each(changes)('broken with %s', async (_, change, why) => {
      const changed = change(lines)
      expect(changed).not.toEqual(lines)
      expect(await verify(changed)).toMatchObject({ code: 6, err: expect.stringMatching(why) })
    })

    test('unbroken when it was shortened, until it is held against the head', async () => {
      expect(await verify(shortened())).toMatchObject({ code: 0 })
      const held = await verify(shortened(), head)
      expect(held).toMatchObject({ code: 6, err: expect.stringContaining('and the export ends at') })
      expect(await verify(lines, `3:${'0'.repeat(64)}`)).toMatchObject({
        code: 6,
        err: expect.stringContaining('entry 3 has another hash than the one kept elsewhere'),
      })
      expect(await verify(await afterTheThird(), `2:${'0'.repeat(64)}`)).toMatchObject({
        code: 6,
        err: expect.stringContaining('the export begins after 3'),
      })
    })
  })

  const hasPython = spawnSync('python3', ['--version']).status === 0
  describe.runIf(hasPython)('is for verify-audit.py, which shares no code with the other', () => {
    async function judge(all: string[], ...kept: string[]): Promise<Ended> {
      const args = [pythonVerifier, await fileOf(all), ...kept]
      const child = spawn('python3', args, { stdio: ['ignore', 'pipe', 'pipe'] })
      const [out, err, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close') as Promise<[number]>,
      ])
      return { code, out, err }
    }

    test('unbroken as it was made, with values taken out, and with whatever JSON can hold', async () => {
      const count = lines.length - 2
      const out = `${count} entries, unbroken from 1 to ${count}\n`
      for (const all of [lines, erased()]) expect(await judge(all, head)).toEqual({ code: 0, out, err: '' })
      expect(await judge(withAnything(), head)).toMatchObject({ code: 0, err: '' })
      expect((await judge(await afterTheThird(), head)).out).toMatch(/unbroken from 4 to \d+\n/)
    })

    test.each(changes)('broken with %s', async (_, change) => {
      expect(await judge(change(lines))).toMatchObject({ code: 1, err: expect.stringMatching(/^BROKEN: /) })
    })

    test('unbroken when it was shortened, until it is held against the head', async () => {
      expect(await judge(shortened())).toMatchObject({ code: 0 })
      const others = [`3:${'0'.repeat(64)}`, `999999:${'0'.repeat(64)}`]
      for (const kept of [head, ...others]) expect(await judge(shortened(), kept)).toMatchObject({ code: 1 })
      expect(await judge(await afterTheThird(), others[0]!)).toMatchObject({ code: 1 })
      expect(await judge(lines, 'nonsense')).toMatchObject({ code: 2 })
    })
  })
})
