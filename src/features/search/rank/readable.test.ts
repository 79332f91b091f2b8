import { expect, test } from 'vitest'
import { buildBlock } from '../block/build.ts'
import { decodeBlock } from '../block/decode.ts'
import { applyAdded, createSpaceIndex } from '../index/space-index.ts'
import { parseQuery } from '../query/parse-query.ts'
import { everyMatch } from './choose-hits.ts'
import { rank } from './rank.ts'

/** Everything that an answer is made of, marks and explanations included. */
function answerOf(files: Record<string, { text: string; language: string }>, readable: string[]) {
  const index = createSpaceIndex()
  for (const [fileId, chunk] of Object.entries(files)) {
    const chunks = [{ ...chunk, ordinal: 0, heading: '', tableHeader: '', title: '' }]
    applyAdded(index, [{ fileId, versionId: fileId, createdAt: 0, block: decodeBlock(buildBlock(chunks)) }])
  }
  return rank([{ spaceId: 's1', index }], {
    ...everyMatch,
    query: parseQuery('Frist Fristen'),
    meanings: undefined,
    limit: 10,
    bm25: { k1: 1.2, b: 0.75 },
    readable: new Set(readable),
    isExplained: true,
  })
}

test('a query is read for the languages of what the caller may read: that there are files in others shows nowhere', () => {
  const own = { text: 'Die Frist und die Fristen', language: 'de' }
  const alone = answerOf({ a: own }, ['a'])
  // In German they are one word said twice, with English beside it they would be two.
  expect(alone.words.map(({ text, times }) => [text, times])).toEqual([['frist', 2]])
  const beside = { b: { text: 'the notice', language: 'en' } }
  expect(answerOf({ a: own, ...beside }, ['a'])).toEqual(alone)
  expect(answerOf({ a: own, ...beside }, ['a', 'b']).words).toHaveLength(2)
})
