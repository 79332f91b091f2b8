import { expect, test } from 'vitest'
import { buildBlock } from '../block/build.ts'
import { decodeBlock } from '../block/decode.ts'
import { applyAdded, applyRemoved, createSpaceIndex, indexBytes, type SpaceIndex } from './space-index.ts'

function version(i: number, chunks = 1) {
  const texts = Array.from({ length: chunks }, (_, ordinal) => ({
    ordinal,
    text: `word${i} clause${ordinal} the`,
    heading: '',
    tableHeader: '',
    title: '',
    language: 'en',
  }))
  return { fileId: `f${i}`, versionId: `v${i}`, createdAt: i, block: decodeBlock(buildBlock(texts)) }
}

const liveChunks = (index: SpaceIndex) => index.segments.reduce((sum, segment) => sum + segment.liveChunks, 0)

test('files that come one by one end up in few segments', () => {
  const index = createSpaceIndex()
  for (let i = 0; i < 1000; i++) applyAdded(index, [version(i)])
  expect(liveChunks(index)).toBe(1000)
  expect(index.segments.length).toBeLessThanOrEqual(10)
})

test('adding the same version twice adds it once', () => {
  const index = createSpaceIndex()
  applyAdded(index, [version(1, 3), version(1, 3)])
  applyAdded(index, [version(1, 3)])
  expect(liveChunks(index)).toBe(3)
})

test('memory of removed versions is given back', () => {
  const index = createSpaceIndex()
  applyAdded(
    index,
    Array.from({ length: 300 }, (_, i) => version(i)),
  )
  const full = indexBytes(index)
  applyRemoved(
    index,
    Array.from({ length: 200 }, (_, i) => `v${i}`),
  )
  expect(liveChunks(index)).toBe(100)
  expect(indexBytes(index)).toBeLessThan(full / 2)
  applyRemoved(
    index,
    Array.from({ length: 300 }, (_, i) => `v${i}`),
  )
  expect(indexBytes(index)).toBe(0)
})

test('a removed version can come back, as a file does from the trash', () => {
  const index = createSpaceIndex()
  applyAdded(index, [version(1), version(2)])
  applyRemoved(index, ['v1'])
  applyAdded(index, [version(1)])
  expect(liveChunks(index)).toBe(2)
})

test('removing an unknown version changes nothing', () => {
  const index = createSpaceIndex()
  applyAdded(index, [version(1)])
  applyRemoved(index, ['v2'])
  expect(liveChunks(index)).toBe(1)
})
