import { expect, test } from 'vitest'
import { buildBlock } from '../block/build.ts'
import { decodeBlock } from '../block/decode.ts'
import { applyAdded, createSpaceIndex } from '../index/space-index.ts'
import { parseQuery } from '../query/parse-query.ts'
import { everyMatch } from '../rank/choose-hits.ts'
import { rank } from '../rank/rank.ts'

function indexOf(files: Record<string, string>) {
  const index = createSpaceIndex()
  const chunk = { ordinal: 0, heading: '', tableHeader: '', title: '', language: 'en' }
  for (const [fileId, text] of Object.entries(files))
    applyAdded(index, [
      { fileId, versionId: fileId, createdAt: 0, block: decodeBlock(buildBlock([{ ...chunk, text }])) },
    ])
  return index
}

const ask = (query: string) => ({
  ...everyMatch,
  query: parseQuery(query),
  meanings: undefined,
  limit: 10,
  bm25: { k1: 1.2, b: 0.75 },
  readable: undefined,
})

test.each([
  ['INV-2024/0815', 'inv 0815 of 2024, line 7', '0815 0815 0815 0815 0815'],
  ['§ 12(3)', '12 of the 3 pages', '12 and 12 and 12'],
  ['C++', 'item c and item d', 'c c c c'],
  ['jo.doe@mail.example', 'jo or doe by mail, for example', 'mail mail mail mail'],
  ['1,250.50', '1 of 250 and 50 more', '250 250 250 250'],
  ['v2.10.3', 'v2 with 10 of 3', '10 3 10 3 10 3'],
])('%s as a whole stands above its parts, and parts are found', (whole, parts, part) => {
  const files = { a: part, b: parts, c: `about ${whole} and more`, d: 'none' }
  const { hits, total } = rank([{ spaceId: 's1', index: indexOf(files) }], ask(whole))
  expect({ best: hits[0]?.fileId, total }).toEqual({ best: 'c', total: 3 })
})
