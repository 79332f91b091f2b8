import { describe, expect, test } from 'vitest'
import { shippedEmbedder } from '../../../../test/support/embedder.ts'
import { type Embedder, ModelError } from '../../embedder/port.ts'
import { keepsItsContract } from '../contract.ts'
import { openRerankByEmbedder } from './open-reranker.ts'

const { signal } = new AbortController()
const options = { share: 0.6, timeoutMs: 5000 }

describe('the contract', () => {
  keepsItsContract(() => {
    let isDown = false
    const embedder: Embedder = {
      ...shippedEmbedder,
      async embed(...asked) {
        if (isDown) throw new ModelError('unavailable', 'down')
        return shippedEmbedder.embed(...asked)
      },
    }
    const breakDown = () => Promise.resolve(void (isDown = true))
    return Promise.resolve({ reranker: openRerankByEmbedder(embedder, options), breakDown })
  })
})

test('relevance is the cosine, 0 at least; a text without a direction has none', async () => {
  const reranker = openRerankByEmbedder(shippedEmbedder, options)
  const [same, close, far, none] = await reranker.judge(
    'the rent of the flat',
    ['the rent of the flat', 'monthly rent', 'a mixed salad', ''],
    signal,
  )
  expect(same).toBeCloseTo(1, 5)
  expect(close).toBeGreaterThan(far!)
  expect(far).toBeGreaterThanOrEqual(0)
  expect(none).toBe(0)
})

test('an embedder that takes its time ends with the time limit, and is told to stop', async () => {
  const stops: unknown[] = []
  const embedder: Embedder = {
    ...shippedEmbedder,
    embed: (_, stop) =>
      new Promise((_resolve, reject) => {
        stop.addEventListener('abort', () => {
          stops.push(stop.reason)
          reject(stop.reason instanceof Error ? stop.reason : new Error('stopped'))
        })
      }),
  }
  const slow = openRerankByEmbedder(embedder, { ...options, timeoutMs: 20 })
  await expect(slow.judge('a', ['b'], signal)).rejects.toMatchObject({ reason: 'timeout' })
  expect(stops).toHaveLength(1)
})
