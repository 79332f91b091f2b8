import { request } from 'node:http'
import { afterAll, expect, test } from 'vitest'
import { createLog } from '#platform/log.ts'
import { seededRandom } from '../../bench/command/seeded-random.ts'
import { inParallel } from '../../bench/server/in-parallel.ts'
import { startTestApp } from '../support/app.ts'
import { createCrowd, type Member } from '../support/crowd.ts'

const lines: string[] = []
const log = createLog('trace', { write: (line: string) => void lines.push(line) })
/** Two connections for all callers: whoever leaves, leaves it to somebody else. */
const app = await startTestApp({ log, worker: false, settings: { BULKHEAD_DATABASE_POOL_SIZE: '2' } })
afterAll(() => app.close())
const crowd = await createCrowd(app, 12)
const random = seededRandom(20)
const large = 'A sentence that takes its time on the way.\n'.repeat(20_000)

const downloads = new Map<string, string>()
for (const { api, word } of crowd.members) {
  downloads.set(word, (await api.upload<{ id: string }>(`${word}.txt`, large)).body.id)
}

type Outgoing = { method: string; path: string; body?: string; type?: string }
type Kind = (member: Member, number: number) => Outgoing

const boundary = 'aborted-boundary'
const json = (path: string, body: object): Outgoing => ({
  method: 'POST',
  path,
  body: JSON.stringify(body),
  type: 'application/json',
})

const kinds: Record<string, Kind> = {
  search: ({ word }) => json('/v1/search', { query: `common ${word}`, spaces: '*' }),
  ask: ({ word }) => json('/v1/ask', { question: `Whose is the ${word}?` }),
  list: () => ({ method: 'GET', path: '/v1/files' }),
  text: ({ file }) => ({ method: 'GET', path: `/v1/files/${file}/text` }),
  download: ({ word }) => ({ method: 'GET', path: `/v1/files/${downloads.get(word)}/content` }),
  tenants: () => ({ method: 'GET', path: '/v1/tenants' }),
  change: ({ file, word }) => ({ ...json(`/v1/files/${file}`, { name: `${word}.md` }), method: 'PATCH' }),
  space: (_member, number) => json('/v1/spaces', { slug: `broken-${number}` }),
  key: (_member, number) => json('/v1/keys', { name: `broken ${number}` }),
  upload: ({ word }, number) => ({
    method: 'POST',
    path: '/v1/files',
    type: `multipart/form-data; boundary=${boundary}`,
    body: [
      `--${boundary}`,
      'content-disposition: form-data; name="space"\r\n\r\ndefault',
      `--${boundary}`,
      `content-disposition: form-data; name="file"; filename="${word}-${number}.bin"\r\n\r\n${large}`,
      `--${boundary}--\r\n`,
    ].join('\r\n'),
  }),
}

/**
 * Where a caller leaves: anywhere in time (also while it waits for a connection), in its request, by closing only its
 * own side of it, in the answer. Seven, so that each meets each of the ten kinds.
 */
const places = ['time', 'time', 'time', 'body', 'half', 'answer', 'answer'] as const

test('after 1,000 requests broken off anywhere, among others that go on, each is told only its own, and nothing stays on a connection', async () => {
  lines.length = 0
  const names = Object.keys(kinds)
  const outcomes: string[] = []
  const breaking = inParallel([...Array(1000).keys()], 20, async (number) => {
    const kind = names[number % names.length] ?? ''
    outcomes.push(`${kind} ${await breakOff(number, kinds[kind]!)}`)
  })
  const meanwhile = crowd.askMany(300, 5)
  await breaking
  expect(await meanwhile).toEqual([])

  for (const name of names) expect(outcomes, `${name} was never broken off`).toContain(`${name} broken off`)
  const carried = await Promise.all(Array.from({ length: 50 }, carriedOver))
  expect(new Set(carried)).toEqual(new Set(['none']))
  expect(await crowd.askMany(200, 20)).toEqual([])
  expect(lines.filter((line) => line.includes('request.aborted')).length).toBeGreaterThan(50)
  expect(lines.filter((line) => /"level":[456]0/.test(line))).toEqual([])
}, 300_000)

test('a connection on which somebody leaves a role or a setting serves nobody else', async () => {
  lines.length = 0
  const [victim] = crowd.members
  const leave = (sql: string) =>
    app.db.system('run-jobs', (tx) => tx.execute(`${sql}; select pg_sleep(0.01)`)).then(() => undefined)
  for (const sql of [
    `set app.tenant_id = '${victim?.id}'`,
    "set app.spaces = '*'",
    'set role bulkhead_tenant',
  ]) {
    await Promise.all([leave(sql), leave(sql)])
    const carried = await Promise.all(Array.from({ length: 10 }, carriedOver))
    expect(new Set(carried), sql).toEqual(new Set(['none']))
  }
  expect(await crowd.askMany(50, 10)).toEqual([])
  expect(lines.filter((line) => line.includes('it is destroyed')).length).toBeGreaterThan(0)
})

/** What a transaction finds of the ones before it; its own role is looked at from outside. */
async function carriedOver(): Promise<unknown> {
  const { rows } = await app.db.system('check-health', (tx) =>
    tx.execute(
      `select concat(nullif(current_setting('role'), 'bulkhead_system'), current_setting('app.tenant_id', true),
        current_setting('app.spaces', true), current_setting('app.partner_id', true),
        current_setting('app.platform', true), current_setting('app.secret_hash', true), 'none') as carried`,
    ),
  )
  return rows[0]?.['carried']
}

function breakOff(number: number, kind: Kind): Promise<'answered' | 'broken off'> {
  const member = crowd.members[number % crowd.members.length]!
  const place = places[number % places.length]
  const { method, path, body = '', type } = kind(member, number)
  return new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${member.key}`,
      'content-length': Buffer.byteLength(body),
      ...(type ? { 'content-type': type } : {}),
    }
    const outgoing = request(new URL(path, app.url), { method, headers, agent: false })
    outgoing.on('close', () => resolve('broken off'))
    outgoing.on('error', () => resolve('broken off'))
    outgoing.on('response', (incoming) => {
      incoming.on('error', () => {})
      incoming.on('end', () => resolve('answered'))
      if (place === 'answer') outgoing.destroy()
      else incoming.resume()
    })
    if (place === 'body' && body)
      outgoing.write(body.slice(0, random() * body.length), () => outgoing.destroy())
    else if (place === 'half' && body)
      outgoing.write(body.slice(0, random() * body.length), () => outgoing.socket?.end())
    else outgoing.end(body)
    if (place === 'time') setTimeout(() => outgoing.destroy(), random() * 60)
  })
}
