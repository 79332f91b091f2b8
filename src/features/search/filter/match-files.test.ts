import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database, Db } from '#platform/db/index.ts'
import { formatId, randomIds } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { addSpaces, newFile, openWorkspace, putFile } from '../reference/open-workspace.ts'
import { readMatchingFiles } from './match-files.ts'
import type { Filter } from './schema.ts'

const [partnerId, tenantId] = [randomIds.uuid(), randomIds.uuid()]
const scope = mintScope<TenantScope>({
  level: 'tenant',
  partnerId,
  tenantId,
  spaces: 'all',
  subject: { type: 'key', id: randomIds.uuid(), name: 'k' },
  permissions: new Set(['search:query']),
  requestId: 'r',
  signal: new AbortController().signal,
})

type Value = string | number | boolean | string[]
type Facts = {
  id: string
  space: { id: string; slug: string }
  type: string
  origin: string
  createdAt: number
  metadata: Record<string, Value>
}

let database: Database
let db: Db
const spaces: Facts['space'][] = []
const files: Facts[] = []
const year = (n: number) => Date.UTC(n, 0)

beforeAll(async () => {
  database = await openWorkspace([tenantId], partnerId)
  db = database.db
  const slugs = ['first', 'second', 'third']
  for (const [i, id] of (await addSpaces(db, scope, slugs)).entries()) spaces.push({ id, slug: slugs[i]! })
  const metadata: Facts['metadata'][] = [
    {},
    { year: 2020, tags: ['a', 'b'], kind: 'lease' },
    { year: '2020', tags: 'b', kind: '' },
    { year: 2024.5, tags: [], kind: true },
    { year: false, "o'dd; key": 'x' },
    { kind: 'Lease', tags: ['a'] },
  ]
  for (const [i, own] of metadata.entries()) {
    const space = spaces[i % 3]!
    const facts = {
      space,
      type: ['text/plain', 'image/png', 'image/jpeg', 'application/pdf'][i % 4]!,
      origin: ['api', 'mail'][i % 2]!,
      createdAt: year(2020 + i),
      metadata: own,
    }
    const file = { ...(await newFile(space.id, ['x'])), createdAt: facts.createdAt }
    await putFile(db, scope, file, facts)
    files.push({ ...facts, id: file.fileId })
  }
})
afterAll(() => database.close())

const matching = async (filter: Filter, asked = spaces) =>
  (await db.tenant(scope, (tx) => readMatchingFiles(tx, asked, filter))).sort()

/** The oracle: what a filter says, read over one file. */
function holds(filter: Filter, file: Facts): boolean {
  const { type, origin, created_after: after, created_before: before, not, any } = filter
  const types = type === undefined ? undefined : [type].flat()
  return [
    types?.some((one) => (one.endsWith('/*') ? file.type.startsWith(one.slice(0, -1)) : one === file.type)),
    origin?.includes(file.origin),
    after === undefined ? undefined : file.createdAt >= Date.parse(after),
    before === undefined ? undefined : file.createdAt < Date.parse(before),
    filter.files?.includes(formatId('fil', file.id)),
    filter.spaces?.some((one) => one === file.space.slug || one === formatId('spc', file.space.id)),
    ...Object.entries(filter.metadata ?? {}).map(([key, one]) => hasValue(file.metadata[key], one)),
    not && !holds(not, file),
    any?.some((part) => holds(part, file)),
  ].every((one) => one ?? true)
}

type Wanted = NonNullable<Filter['metadata']>[string]

function hasValue(value: Value | undefined, wanted: Wanted): boolean {
  const has = (one: unknown) =>
    Array.isArray(value) ? value.includes(String(one)) && typeof one === 'string' : value === one
  if (typeof wanted !== 'object') return has(wanted)
  const { exists, in: some, ...bounds } = wanted
  const isWithin = Object.entries(bounds).every(([bound, limit]) => {
    if (typeof value !== typeof limit || value === undefined) return false
    if (value === limit) return bound.endsWith('e')
    return bound.startsWith('g') ? value > limit : value < limit
  })
  return (exists ?? value !== undefined) === (value !== undefined) && (some?.some(has) ?? true) && isWithin
}

const scalar = fc.constantFrom<string | number | boolean>(
  'a',
  'b',
  'lease',
  '',
  'x',
  2020,
  2024.5,
  '2020',
  true,
  false,
)
const bound = fc.constantFrom(2020, 2021, '2020', '2021', '')
const condition = fc.oneof(
  scalar,
  fc.record(
    { in: fc.array(scalar, { minLength: 1, maxLength: 3 }), exists: fc.boolean() },
    { requiredKeys: [] },
  ),
  fc.record({ gt: bound, gte: bound, lt: bound, lte: bound }, { requiredKeys: [] }),
)
const key = fc.constantFrom('year', 'tags', 'kind', 'missing', "o'dd; key")
const time = fc.constantFrom(2020, 2021, 2023, 2026).map((n) => new Date(year(n)).toISOString())
const type = fc.constantFrom('text/plain', 'image/*', 'image/png', 'text/*', '*/*', 'image/', 'none')
const facts = fc.record({
  type: fc.oneof(type, fc.array(type, { minLength: 1, maxLength: 2 })),
  origin: fc.subarray(['api', 'mail', "'"], { minLength: 1 }),
  created_after: time,
  created_before: time,
  fileNumbers: fc.subarray([0, 1, 2, 3, 99], { minLength: 1 }),
  spaceNumbers: fc.subarray([0, 1, 99], { minLength: 1 }),
  metadata: fc.dictionary(
    key,
    condition.filter((one) => typeof one !== 'object' || Object.keys(one).length > 0),
    { maxKeys: 2 },
  ),
})
/** One or two conditions: of more hardly any file would be left. */
const leaf = fc
  .tuple(facts, fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 2 }))
  .map(([all, places]): Partial<typeof all> =>
    Object.fromEntries(Object.entries(all).filter((_, i) => places.includes(i))),
  )
type Drawn = (typeof leaf extends fc.Arbitrary<infer One> ? One : never) & { not?: Drawn; any?: Drawn[] }
const combine = (own: fc.Arbitrary<Drawn>, part: fc.Arbitrary<Drawn>): fc.Arbitrary<Drawn> =>
  fc
    .tuple(
      own,
      fc.record({ not: part, any: fc.array(part, { minLength: 1, maxLength: 2 }) }, { requiredKeys: [] }),
    )
    .map(([facts, combined]) => ({ ...facts, ...combined }))
const drawn = combine(leaf, combine(leaf, leaf))

/** Ids are known once the files are there. */
function fill({ fileNumbers, spaceNumbers, not, any, ...rest }: Drawn): Filter {
  return {
    ...rest,
    ...(fileNumbers
      ? { files: fileNumbers.map((n) => (files[n] ? formatId('fil', files[n].id) : 'fil_none')) }
      : {}),
    ...(spaceNumbers
      ? {
          spaces: spaceNumbers.map((n) =>
            n === 0 ? spaces[0]!.slug : n === 1 ? formatId('spc', spaces[1]!.id) : 'none',
          ),
        }
      : {}),
    ...(not ? { not: fill(not) } : {}),
    ...(any ? { any: any.map(fill) } : {}),
  }
}

test('a filter lets exactly those files through of which it holds, whatever is combined', async () => {
  let matched = 0
  await fc.assert(
    fc.asyncProperty(drawn, async (given) => {
      const filter = fill(given)
      const expected = files.filter((file) => holds(filter, file)).map(({ id }) => id)
      matched += expected.length % files.length
      expect(await matching(filter)).toEqual(expected.sort())
    }),
    { numRuns: 300 },
  )
  expect(matched).toBeGreaterThan(100)
})

test('a file without the key has no such value: `not` lets it through, a value does not', async () => {
  expect(await matching({ metadata: { kind: 'lease' } })).toHaveLength(1)
  expect(await matching({ not: { metadata: { kind: 'lease' } } })).toHaveLength(5)
  expect(await matching({ metadata: { kind: { exists: false } } })).toHaveLength(2)
})

test('only files of the asked spaces are let through, and a space that is not asked for is none', async () => {
  expect(await matching({}, spaces.slice(0, 1))).toHaveLength(2)
  expect(await matching({ spaces: ['second'] }, spaces.slice(0, 1))).toEqual([])
  expect(await matching({}, [])).toEqual([])
})

test('a filter of too many conditions is refused', async () => {
  const any = Array.from({ length: 20 }, () => ({ metadata: { a: 1, b: 2, c: 3, d: 4, e: 5 } }))
  await expect(matching({ any })).resolves.toEqual([])
  await expect(matching({ any, origin: ['api'] })).rejects.toMatchObject({ code: 'input.invalid' })
})
