import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildBlock } from '../block/build.ts'
import { decodeBlock } from '../block/decode.ts'
import { applyAdded, applyRemoved, createSpaceIndex } from '../index/space-index.ts'
import { everyMatch } from '../rank/choose-hits.ts'
import { memoryCorpus } from '../rank/corpus.ts'
import { rank } from '../rank/rank.ts'
import { correctByHand } from '../reference/correct-by-hand.ts'
import type { TestFile } from '../reference/rank-by-hand.ts'
import { completeWord } from './complete.ts'
import { applyCorrections, correctWords, findUnknown } from './correct.ts'
import { countEdits, mayBeNear, signatureOf } from './edit-distance.ts'
import { parseQuery } from './parse-query.ts'

function file(fileId: string, texts: readonly string[], language = 'en'): TestFile {
  const empty = { heading: '', tableHeader: '', title: '', language }
  const chunks = texts.map((text, ordinal) => ({ ...empty, ordinal, text }))
  return { spaceId: 's1', fileId, versionId: `${fileId}-v`, createdAt: 0, chunks }
}

function indexOf(files: readonly TestFile[]) {
  const index = createSpaceIndex()
  for (const one of files) applyAdded(index, [{ ...one, block: decodeBlock(buildBlock(one.chunks)) }])
  return index
}

async function correct(index: ReturnType<typeof indexOf>, text: string, readable?: ReadonlySet<string>) {
  const spaces = [{ spaceId: 's1', index }]
  const request = { ...everyMatch, meanings: undefined, limit: 1, bm25: { k1: 1, b: 0 } }
  const query = parseQuery(text)
  const { words } = rank(spaces, { ...request, query, readable })
  return correctWords(findUnknown(query, words), memoryCorpus(spaces), readable)
}

const files = [
  file('a', ['delivery of contracts', 'a contract', 'contrast', 'the agreement', 'lease']),
  file('b', ['Lieferung'], 'de'),
]
const usedFor = async (text: string) => (await correct(indexOf(files), text)).map(({ used }) => used.join())

test.each([
  ['delivry', ['delivery']],
  ['dleivery', ['delivery']],
  ['deliveries', []],
  ['contrat', ['contract']],
  ['agreemnets', ['agreement']],
  ['agremnt', []],
  ['leas', []],
  ['leasse', ['lease']],
  ['liefrung', ['lieferung']],
  ['delivry2', []],
  ['"delivry of contrats"', ['delivery', 'contracts']],
  ['lease -delivry', []],
  ['zzzzzzzzz', []],
])('%s is taken for %j', async (text, used) => {
  expect(await usedFor(text)).toEqual(used)
})

test('a corrected query reads as if it had been written so, its phrases and signs too', () => {
  const corrections = [{ word: 'delivry', used: ['delivery'] }]
  const query = applyCorrections(parseQuery('late Delivry, "of DELIVRY" -delivry fee'), corrections)
  expect(query).toEqual(parseQuery('late delivery, "of delivery" -delivry fee'))
})

test('which of the nearest words is used does not depend on what the caller may not read', async () => {
  const own = file('a', ['deliverx', 'delivery'])
  const index = indexOf([own, file('b', ['delivery', 'delivery'])])
  expect(await correct(index, 'deliverz')).toEqual([{ word: 'deliverz', used: ['delivery'] }])
  expect(await correct(index, 'deliverz', new Set(['a']))).toEqual([{ word: 'deliverz', used: ['deliverx'] }])
})

test('a word of a file that is gone or that the caller may not read is never used', async () => {
  const index = indexOf([file('a', ['lease']), file('b', ['delivery']), file('c', ['deliverx'])])
  expect(await correct(index, 'deliverz', new Set(['a', 'b']))).toEqual([
    { word: 'deliverz', used: ['delivery'] },
  ])
  expect(await correct(index, 'deliverz', new Set(['a']))).toEqual([])
  applyRemoved(index, ['b-v'])
  expect(await correct(index, 'deliverz')).toEqual([{ word: 'deliverz', used: ['deliverx'] }])
  applyRemoved(index, ['c-v'])
  expect(await correct(index, 'deliverz')).toEqual([])
})

const letters = fc.constantFrom('a', 'b', 'c')
const word = fc.array(letters, { minLength: 3, maxLength: 10 }).map((some) => some.join(''))
const text = fc.array(word, { maxLength: 4 }).map((some) => some.join(' '))

test('whatever is indexed and readable, corrections are those of the plain search through all texts', async () => {
  const put = fc.record({
    texts: fc.array(text, { maxLength: 2 }),
    language: fc.constantFrom('en', 'de', 'und'),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(put, { maxLength: 6 }),
      fc.array(fc.nat({ max: 5 }), { maxLength: 3 }),
      fc.option(fc.subarray(['f0', 'f1', 'f2', 'f3', 'f4', 'f5']), { nil: undefined }),
      fc.array(word, { minLength: 1, maxLength: 4 }),
      async (puts, removed, some, asked) => {
        const all = puts.map(({ texts, language }, i) => file(`f${i}`, texts, language))
        const index = indexOf(all)
        applyRemoved(
          index,
          removed.map((i) => `f${i}-v`),
        )
        const live = all.filter((_, i) => !removed.includes(i))
        const readable = some && new Set(some)
        const found = await correct(index, asked.join(' '), readable)
        expect(found).toEqual(correctByHand(live, parseQuery(asked.join(' ')), readable))
        const mine = live.filter(({ fileId }) => readable?.has(fileId) !== false)
        expect(found).toEqual(await correct(indexOf(mine), asked.join(' ')))
      },
    ),
    { numRuns: 300 },
  )
})

test('whatever is indexed and readable, a word goes on to what the plain look through all texts finds', async () => {
  const put = fc.record({ texts: fc.array(text, { maxLength: 2 }), language: fc.constantFrom('en', 'und') })
  await fc.assert(
    fc.asyncProperty(
      fc.array(put, { maxLength: 6 }),
      fc.array(fc.nat({ max: 5 }), { maxLength: 3 }),
      fc.option(fc.subarray(['f0', 'f1', 'f2', 'f3', 'f4', 'f5']), { nil: undefined }),
      fc.array(letters, { minLength: 1, maxLength: 3 }).map((some) => some.join('')),
      async (puts, removed, some, typed) => {
        const all = puts.map(({ texts, language }, i) => file(`f${i}`, texts, language))
        const index = indexOf(all)
        applyRemoved(
          index,
          removed.map((i) => `f${i}-v`),
        )
        const readable = some && new Set(some)
        const mine = all.filter(({ fileId }, i) => !removed.includes(i) && readable?.has(fileId) !== false)
        const complete = (of: typeof index, who?: ReadonlySet<string>) =>
          completeWord(typed, memoryCorpus([{ spaceId: 's1', index: of }]), who, 10_000)
        const words = mine.flatMap(({ chunks }) => chunks.flatMap((chunk) => chunk.text.split(' ')))
        const expected = new Set(words.filter((one) => one.startsWith(typed) && one !== typed))
        const found = await complete(index, readable)
        expect(new Set(found)).toEqual(expected)
        expect(found).toEqual(await complete(indexOf(mine)))
      },
    ),
  )
})

test('the quick look at the letters never keeps out what is near', () => {
  fc.assert(
    fc.property(word, word, fc.integer({ min: 1, max: 2 }), (a, b, max) => {
      const isNear = countEdits(a, b, max) <= max
      expect(isNear && !mayBeNear(signatureOf(a), signatureOf(b), max)).toBe(false)
    }),
  )
})
