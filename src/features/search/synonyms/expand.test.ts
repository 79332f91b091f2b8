import { expect, test } from 'vitest'
import { buildBlock } from '../block/build.ts'
import { decodeBlock } from '../block/decode.ts'
import { applyAdded, createSpaceIndex } from '../index/space-index.ts'
import { parseQuery } from '../query/parse-query.ts'
import { everyMatch } from '../rank/choose-hits.ts'
import { rank } from '../rank/rank.ts'
import { keysOf } from './expand.ts'

function spaceOf(spaceId: string, texts: string[]) {
  const index = createSpaceIndex()
  const chunk = { heading: '', tableHeader: '', title: '', language: 'en' }
  const chunks = texts.map((text, ordinal) => ({ ...chunk, text, ordinal }))
  const added = { fileId: spaceId, versionId: spaceId, createdAt: 0, block: decodeBlock(buildBlock(chunks)) }
  applyAdded(index, [added])
  return { spaceId, index }
}

test('of two spaces with rules for one word each finds by its own', () => {
  const texts = ['automobile', 'lorry', 'bicycle']
  const { hits, total } = rank([spaceOf('s1', texts), spaceOf('s2', texts)], {
    ...everyMatch,
    query: parseQuery('car'),
    synonyms: new Map([
      ['s1', new Map([['car', ['automobile']]])],
      ['s2', new Map([['car', ['lorry']]])],
    ]),
    meanings: undefined,
    limit: 10,
    bm25: { k1: 1.2, b: 0.75 },
    readable: undefined,
  })
  expect(hits.map(({ spaceId, ordinal }) => `${spaceId} ${texts[ordinal]}`)).toEqual([
    's1 automobile',
    's2 lorry',
  ])
  expect(total).toBe(2)
})

test('rules are looked up by each word and each few words in a row outside of quotes', () => {
  expect(keysOf(parseQuery('Non-Disclosure  agreement "in quotes" -out'))).toEqual([
    'non',
    'non disclosure',
    'non disclosure agreement',
    'disclosure',
    'disclosure agreement',
    'agreement',
  ])
})
