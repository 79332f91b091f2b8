import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildBlock } from '../block/build.ts'
import { decodeBlock } from '../block/decode.ts'
import { applyAdded, applyRemoved, createSpaceIndex, type SpaceIndex } from '../index/space-index.ts'
import { rankByHand, type TestFile } from '../reference/rank-by-hand.ts'
import { parseQuery } from '../query/parse-query.ts'
import { kind, otherKind, queryVector, vectorsOf } from '../reference/plain-vectors.ts'
import { readExplanation, sortTerms } from '../reference/read-explanation.ts'
import { everyMatch } from './choose-hits.ts'
import type { Hit } from './hit.ts'
import { rank, type RankRequest } from './rank.ts'

const ask = (query: string, more: Partial<RankRequest> = {}): RankRequest => ({
  query: parseQuery(query),
  meanings: undefined,
  limit: 10,
  bm25: { k1: 1.2, b: 0.75 },
  readable: undefined,
  ...everyMatch,
  ...more,
})

function file(
  fileId: string,
  texts: string[],
  language = 'en',
  spaceId = 's1',
  versionId = `${fileId}-v`,
  numbers: number[][] = texts.map((text) => [text.length, -text.length, 100]),
  embedder = kind.id,
): TestFile {
  const empty = { heading: '', tableHeader: '', title: '', language }
  const chunks = texts.map((text, ordinal) => ({ ...empty, ordinal, text }))
  const vectors = vectorsOf(numbers.slice(0, texts.length), embedder)
  const createdAt = (fileId.codePointAt(fileId.length - 1) ?? 0) % 3 // some are equal
  return { spaceId, fileId, versionId, createdAt, chunks, vectors }
}

const pack = ({ chunks }: TestFile) => decodeBlock(buildBlock(chunks))

function indexOf(files: readonly TestFile[]): SpaceIndex {
  const index = createSpaceIndex(kind)
  applyAdded(
    index,
    files.map((one) => ({ ...one, block: pack(one) })),
  )
  return index
}

const found = (...asked: Parameters<typeof rank>) => {
  const { words: _words, phrases: _phrases, outdated: _outdated, ...rest } = rank(...asked)
  return rest
}

const rankFiles = (files: readonly TestFile[], request: RankRequest) =>
  found([{ spaceId: 's1', index: indexOf(files) }], request)

test('scores are those of BM25', () => {
  const { hits, total } = rankFiles([file('a', ['fee fee']), file('b', ['term'])], ask('fee'))
  // N = 2, df = 1: idf = ln 2 → 710/1024; length 2, average 1.5: 2 / (2 + 1.2 · (0.25 + 0.75 · 2 / 1.5)) = 0.5714…
  expect(total).toBe(1)
  expect(hits[0]?.score).toBeCloseTo((710 / 1024) * (2 / 3.5), 6)
})

test('the words of the query come with their weights', () => {
  const index = indexOf([file('a', ['fee']), file('b', ['term'])])
  const { words } = rank([{ spaceId: 's1', index }], ask('Fee unknown'))
  expect(words.map(({ text, idf }) => [text, Math.round(idf * 100) / 100])).toEqual([
    ['fee', 0.69],
    ['unknown', 1.79],
  ])
  expect(rank([], ask('fee notice')).words.map(({ text }) => text)).toEqual(['fee', 'notice'])
})

test('page by page every match comes once, in each order, grouped or not', () => {
  const spaces = [
    { spaceId: 's1', index: indexOf(['a', 'b', 'c', 'd'].map((id) => file(id, ['fee', 'a fee', 'fee']))) },
  ]
  for (const order of ['relevance', 'newest', 'oldest'] as const) {
    for (const groupByFile of [false, true]) {
      const all = found(spaces, ask('fee', { order, groupByFile, limit: 100 }))
      expect(all.total).toBe(groupByFile ? 4 : 12)
      const pages: Hit[] = []
      for (let left = all.total; left > 0; left -= 2) {
        const page = found(spaces, ask('fee', { order, groupByFile, limit: 2, after: pages.at(-1) }))
        expect(page).toMatchObject({ total: all.total, left, files: all.files })
        pages.push(...page.hits)
      }
      expect(pages).toEqual(all.hits)
    }
  }
})

test('a word that every chunk has still finds them all', () => {
  const files = Array.from({ length: 3000 }, (_, i) => file(`f${i}`, ['fee']))
  expect(rankFiles(files, ask('fee'))).toMatchObject({ total: 3000, hits: { length: 10 } })
})

test('equal scores stand in the order of their files, then of their place in them', () => {
  const { hits } = rankFiles([file('b', ['fee', 'fee']), file('a', ['fee'])], ask('fee'))
  expect(hits.map((hit) => `${hit.fileId}${hit.ordinal}`)).toEqual(['a0', 'b0', 'b1'])
})

test('a question finds what each language spells its own way', () => {
  const files = [
    file('en', ['the agreements'], 'en'),
    file('de', ['die Agreements'], 'de'),
    file('hi', ['agreement'], 'hi'),
  ]
  expect(
    rankFiles(files, ask('agreement'))
      .hits.map((hit) => hit.fileId)
      .sort(),
  ).toEqual(['de', 'en', 'hi'])
})

test('one foreign chunk does not make a stop word precious', () => {
  const files = Array.from('abcdefgh').map((id) => file(id, ['the fee of the lease']))
  files.push(file('x', ['the of the'], 'sr'), file('y', ['the notice'], 'en'))
  expect(rankFiles(files, ask('the notice of')).hits[0]?.fileId).toBe('y')
})

test('a query of stop words alone is answered', () => {
  expect(rankFiles([file('a', ['to be or not to be']), file('b', ['fee'])], ask('to be')).total).toBe(1)
})

test('of two equal passages the one among others about the same goes first', () => {
  const files = [file('a', ['fee', 'term', 'term']), file('b', ['fee', 'fees', 'term'])]
  expect(rankFiles(files, ask('fee')).hits.map(({ fileId, ordinal }) => `${fileId}${ordinal}`)).toEqual([
    'b0',
    'b1',
    'a0',
  ])
})

test('what the best finds are about is found with them; where nothing is found, nothing is', () => {
  const near = (numbers: number[]) => ({ ...file('near', ['term']), vectors: vectorsOf([numbers], kind.id) })
  const best = { ...file('best', ['fee']), vectors: vectorsOf([[0, 100, 0]], kind.id) }
  const meaning = { embedder: kind.id, share: 0.5, leastCosine: 0.2, ...queryVector([100, 0, 0]) }
  const find = (query: string, numbers: number[]) =>
    rankFiles([best, near(numbers)], ask(query, { meanings: new Map([[kind.id, meaning]]) })).hits.map(
      ({ fileId }) => fileId,
    )
  expect(find('fee', [0, 100, 0])).toEqual(['best', 'near'])
  expect(find('fee', [0, 0, 100])).toEqual(['best'])
  expect(find('unknown', [0, 100, 0])).toEqual([])
})

const vocabulary = 'fee fees the die Frist Fristen notice INV-7/12 黑豹队 was 30'.split(' ')
const text = fc.array(fc.constantFrom(...vocabulary), { maxLength: 8 }).map((words) => words.join(' '))
const fileIds = ['f1', 'f2', 'f3', 'f4', 'f5', 'f6']
const int8 = fc.integer({ min: -127, max: 127 })
const vector = fc.oneof(
  fc.array(int8, { minLength: 3, maxLength: 3 }),
  fc.constantFrom<number[][]>([0, 0, 0], [90, 90, 0], [1, 0, 0]),
)
const put = fc.record({
  fileId: fc.constantFrom(...fileIds),
  texts: fc.array(text, { maxLength: 4 }),
  numbers: fc.array(vector, { minLength: 4, maxLength: 4 }),
  embedder: fc.constantFrom('e1', 'e1', 'e1', 'e2', 'e2'),
  language: fc.constantFrom('en', 'de', 'zh'),
  spaceId: fc.constantFrom('s1', 's2', 's3', 's4'),
})
const meaningFor = (embedder: string) =>
  vector.chain((numbers) =>
    fc.record({
      embedder: fc.constant(embedder),
      share: fc.constantFrom(0, 0.25, 0.5, 0.61, 1),
      vector: fc.constant(Int8Array.from(numbers)),
      scale: fc.constant(vectorsOf([numbers], 'e1').scales[0]!),
      leastCosine: fc.constantFrom(0.2, 0.9),
    }),
  )
/** Some embedders say what the query means, and some do not answer. */
const meanings = fc
  .tuple(...['e1', 'e2'].map((id) => fc.option(meaningFor(id), { nil: undefined })))
  .map((all) => new Map(all.flatMap((one) => (one ? [[one.embedder, one] as const] : []))))
const phrase = fc
  .array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 3 })
  .map((words) => `"${words.join(' ')}"`)
const condition = fc.oneof(
  phrase,
  phrase.map((one) => `-${one}`),
  fc.constantFrom(...vocabulary).map((word) => `-${word}`),
)
const synonyms = fc.dictionary(
  fc.constantFrom('fee', 'fees', 'notice', 'the', 'fee notice', '30'),
  fc.uniqueArray(fc.constantFrom('fee', 'Fristen', 'the fee', 'notice', 'INV-7/12', '黑豹'), {
    maxLength: 2,
  }),
  { maxKeys: 3, noNullPrototype: true },
)
const question = fc.record({
  meanings: fc.option(meanings, { nil: undefined }),
  synonyms: fc.record({ s1: synonyms, s2: synonyms }).map(
    ({ s1, s2 }) =>
      new Map([
        ['s1', new Map(Object.entries(s1))],
        ['s2', new Map(Object.entries(s2))],
      ]),
  ),
  query: fc
    .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...vocabulary) }, condition), {
      minLength: 1,
      maxLength: 5,
    })
    .map((parts) => parseQuery(parts.join(' '))),
  limit: fc.integer({ min: 1, max: 6 }),
  readable: fc.option(
    fc.subarray(fileIds).map((ids) => new Set(ids)),
    { nil: undefined },
  ),
  allowed: fc.option(
    fc.subarray(fileIds).map((ids) => new Set(ids)),
    { nil: undefined },
  ),
  leftOut: fc.option(
    fc.record({ fileId: fc.constantFrom(...fileIds), ordinal: fc.constantFrom(undefined, 0, 1) }),
    { nil: undefined },
  ),
  minScore: fc.constantFrom(0, 0, 0.4),
  groupByFile: fc.boolean(),
  placesPerFile: fc.integer({ min: 1, max: 3 }),
  order: fc.constantFrom('relevance', 'newest', 'oldest'),
  goesOn: fc.boolean(),
  bm25: fc.constantFrom({ k1: 1.2, b: 0.75 }, { k1: 0.9, b: 0.4 }),
})
type Question = typeof question extends fc.Arbitrary<infer One> ? One : never
const step = fc.oneof(
  put.map((file) => ({ file })),
  fc.constantFrom(...fileIds).map((deleted) => ({ deleted })),
  question.map((asked) => ({ asked })),
)

test('after any history of adding, replacing, deleting and moving, answers equal those of the brute-force scorer', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), question, (history, last) => {
      const files = new Map<string, TestFile>()
      const indexes = new Map([
        ['s1', createSpaceIndex(kind)],
        ['s2', createSpaceIndex(otherKind)],
        ['s3', createSpaceIndex()],
        ['s4', createSpaceIndex(kind)],
      ])
      let after: Hit | undefined // of a question before, which may since have gone or stand elsewhere
      const compare = ({ goesOn, ...question }: Question) => {
        const spaces = Array.from(indexes, ([spaceId, index]) => ({ spaceId, index }))
        const asked = { ...question, after: goesOn ? after : undefined }
        const servingOf = (spaceId: string) => indexes.get(spaceId)?.kind?.id
        const answer = found(spaces, asked)
        const { explained, ...expected } = rankByHand([...files.values()], asked, servingOf)
        expect(answer).toEqual(expected)
        const { hits } = rank(spaces, { ...asked, isExplained: true })
        expect(hits.map(readExplanation)).toEqual(explained.map(sortTerms))
        after = answer.hits.at(-1) ?? after
      }
      const remove = (fileId: string) => {
        const old = files.get(fileId)
        if (old) applyRemoved(indexes.get(old.spaceId)!, [old.versionId])
        files.delete(fileId)
      }
      for (const [i, one] of history.entries()) {
        if ('asked' in one) compare(one.asked)
        else if ('deleted' in one) remove(one.deleted)
        else {
          remove(one.file.fileId)
          const { fileId, texts, language, spaceId, numbers, embedder } = one.file
          const added = file(fileId, texts, language, spaceId, `v${i}`, numbers, embedder)
          files.set(fileId, added)
          applyAdded(indexes.get(spaceId)!, [{ ...added, block: pack(added) }])
        }
      }
      compare(last)
    }),
    { numRuns: 300 },
  )
})

test('an unreadable or foreign file changes no score, order or total, whether it exists or not', () => {
  fc.assert(
    fc.property(
      fc.array(put, { maxLength: 8 }),
      fc.array(put, { maxLength: 8 }),
      question,
      (own, hidden, asked) => {
        const name = (prefix: string) => (one: (typeof own)[number], i: number) =>
          file(`${prefix}${i}`, one.texts, one.language, 's1', `${prefix}${i}-v`, one.numbers, one.embedder)
        const [mine, others] = [own.map(name('m')), hidden.map(name('o'))]
        const readable = new Set(mine.map((one) => one.fileId))
        const request = { ...asked, allowed: undefined, after: undefined, readable, isExplained: true }
        expect(rankFiles([...others, ...mine], request)).toEqual(
          rankFiles(mine, { ...request, readable: undefined }),
        )
      },
    ),
  )
})
