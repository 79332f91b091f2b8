import { expect, test } from 'vitest'
import { seeded } from '#isolation/seeded.ts'
import { randomIds } from '../ids.ts'
import { mintScope } from '../scope/mint.ts'
import type { TenantScope } from '../scope/scope.ts'
import { type Chain, chainName, type Entry, entryOf, genesis, hashOf } from './chain.ts'
import { commitmentOf, type Detail, detailNames, type Details } from './details.ts'
import { recordOf } from './event.ts'
import { eventTypeNames } from './types.ts'
import { createVerifier, type Head } from './verify.ts'

type Link = Entry & { hash: string }

const own: Chain = { level: 'tenant', id: randomIds.uuid() }
const scope = mintScope<TenantScope>({
  level: 'tenant',
  tenantId: own.id,
  partnerId: randomIds.uuid(),
  spaces: 'all',
  subject: { type: 'key', id: randomIds.uuid(), name: 'back end' },
  permissions: new Set(),
  requestId: 'req_1',
  from: { address: '203.0.113.7', userAgent: 'curl/8' },
  user: { id: randomIds.uuid(), name: 'Zoë 👩‍🚀' },
  signal: new AbortController().signal,
})
const length = 60
const chain = makeChain()
const end = headOf(chain)
const recorded = JSON.stringify(chain)

function makeChain(): Link[] {
  let hash: Buffer = genesis
  return Array.from({ length }, (_, i) => {
    const record = recordOf(
      scope,
      {
        type: eventTypeNames[i % eventTypeNames.length]!,
        subject: { type: 'file', id: randomIds.uuid(), name: `Größe ${i}\u2028.pdf` },
        data: { before: { size: i }, after: { size: i + 0.5, tags: ['a', null, true] } },
      },
      { id: randomIds.uuid(), at: new Date(1_700_000_000_000 + i * 1000) },
    )
    const place = { space_id: randomIds.uuid(), folder_id: randomIds.uuid(), file_id: randomIds.uuid() }
    const row = {
      ...record,
      ...place,
      user_id: scope.user!.id,
      details: JSON.parse(record.details) as Details,
    }
    const entry = entryOf(own, row, i + 1, hash)
    hash = hashOf(entry)
    return { ...entry, hash: hash.toString('hex') }
  })
}

function headOf(links: readonly Link[]): Head {
  const { id, hash } = links.at(-1)!
  return { id, hash }
}

/** The first thing that is found wrong, the end included, where that is known from elsewhere. */
function problemOf(links: readonly Link[]): string | undefined {
  const verifier = createVerifier(chainName(own))
  for (const link of links) {
    const problem = verifier.add(link)
    if (problem !== undefined) return problem
  }
  const head = verifier.head()
  return head.id === end.id && head.hash === end.hash ? undefined : 'ends elsewhere'
}

test('a chain as it was recorded is unbroken', () => {
  expect(problemOf(chain)).toBeUndefined()
})

test('from its middle on it is followed from the hash there', () => {
  const verifier = createVerifier(chainName(own), headOf(chain.slice(0, 20)))
  expect(chain.slice(20).flatMap((link) => verifier.add(link) ?? [])).toEqual([])
  expect(verifier.head()).toEqual(end)
})

test('a piece that was taken out and left its commitment is no change', () => {
  const erased = structuredClone(chain)
  for (const { details } of erased)
    for (const name of detailNames) {
      const detail = details[name]
      if (detail) details[name] = { commitment: commitmentOf(detail) }
    }
  expect(JSON.stringify(erased)).not.toContain('203.0.113.7')
  expect(problemOf(erased)).toBeUndefined()
})

type Random = { below: (n: number) => number; one: <T>(from: readonly T[]) => T }
type Tampering = (links: Link[], random: Random) => void

const texts = ['chain', 'uid', 'type', 'created_at', 'space_id', 'folder_id', 'file_id', 'acting_as'] as const
const moreTexts = [...texts, 'request_id', 'outcome', 'previous_hash', 'hash'] as const
const pieces = detailNames.filter((name) => chain[0]!.details[name] !== undefined)

/** The same text but for one character. */
function altered(text: string, { below }: Random): string {
  const characters = Array.from(text)
  const at = below(characters.length)
  return characters.with(at, characters[at] === '0' ? '1' : '0').join('')
}

function pieceOf(link: Link, { one }: Random) {
  const name = one(pieces)
  return { name, piece: link.details[name] as Extract<Detail, { salt: string }> }
}

const tamperings: Record<string, Tampering> = {
  'a field': (links, random) => {
    const name = random.one(moreTexts)
    const link = random.one(links)
    link[name] = altered(link[name]!, random)
  },
  'a place that is taken out': (links, { one }) => {
    one(links)[one(['space_id', 'folder_id', 'file_id', 'acting_as'] as const)] = null
  },
  'a number': (links, { one, below }) => {
    one(links).id += 1 + below(5)
  },
  'who or what': (links, random) => {
    const named = random.one(links)[random.one(['subject', 'actor'] as const)]
    const field = random.one(['type', 'id'] as const)
    named[field] = altered(named[field], random)
  },
  'the value of a detail': (links, random) => {
    const { name, piece } = pieceOf(random.one(links), random)
    if (name === 'data') piece.value = { before: { size: -1 - random.below(100) } }
    else piece.value = altered(piece.value as string, random)
  },
  'the salt of a detail': (links, random) => {
    const { piece } = pieceOf(random.one(links), random)
    piece.salt = altered(piece.salt, random)
  },
  'the commitment of a detail': (links, random) => {
    const link = random.one(links)
    const { name, piece } = pieceOf(link, random)
    link.details[name] = { commitment: altered(commitmentOf(piece), random) }
  },
  'a detail that is taken out': (links, random) => {
    const link = random.one(links)
    delete link.details[pieceOf(link, random).name]
  },
  'a detail under another name': (links, random) => {
    const link = random.one(links)
    const { actor_name: own, acting_as_name: others } = link.details
    Object.assign(link.details, { actor_name: others, acting_as_name: own })
  },
  'an entry that is dropped': (links, { below }) => void links.splice(below(length), 1),
  'two that change places': (links, { below }) => {
    const at = below(length - 1)
    const to = at + 1 + below(length - 1 - at)
    const was = links[at]!
    links[at] = links[to]!
    links[to] = was
  },
  'one that is there twice': (links, { below }) => {
    const copied = structuredClone(links[below(length)]!)
    links.splice(below(length + 1), 0, copied)
  },
  'one that is put in and hashed anew': (links, { below }) => {
    const at = 1 + below(length - 1)
    const { hash: previous_hash, id } = links[at - 1]!
    const { hash: _, ...entry } = {
      ...structuredClone(links[at]!),
      id: id + 1,
      previous_hash,
      outcome: 'refused',
    }
    links.splice(at, 0, { ...entry, hash: hashOf(entry).toString('hex') })
  },
  'an end that is missing': (links, { below }) => void links.splice(1 + below(length - 1)),
}

test('a thousand tamperings are detected, each of them', () => {
  const kinds = Object.entries(tamperings)
  const next = seeded(19)
  const below = (n: number) => Math.floor(next() * n)
  const random: Random = { below, one: (from) => from[below(from.length)]! }
  const undetected = Array.from({ length: 1000 }, (_, i) => {
    const [kind, tamper] = kinds[i % kinds.length]!
    const links = structuredClone(chain)
    tamper(links, random)
    expect(JSON.stringify(links) === recorded, kind).toBe(false)
    return problemOf(links) === undefined ? [`${i}: ${kind}`] : []
  }).flat()
  expect(undetected).toEqual([])
})
