import { afterAll, expect, test } from 'vitest'
import { startTestApp } from '../support/app.ts'
import { createCrowd } from '../support/crowd.ts'
import { scale } from '../support/scale.ts'

/** Few connections for many callers: each serves many tenants in turn. */
const app = await startTestApp({ worker: false, settings: { BULKHEAD_DATABASE_POOL_SIZE: '2' } })
afterAll(() => app.close())
const crowd = await createCrowd(app, 50)

test(`${scale.interleavedRequests} interleaved requests of 50 tenants over two connections: none is told anything of another`, async () => {
  const started = performance.now()
  const wrong = await crowd.askMany(scale.interleavedRequests, 100)
  const seconds = (performance.now() - started) / 1000
  const rate = Math.round(scale.interleavedRequests / seconds)
  process.stderr.write(`${scale.interleavedRequests} requests, ${wrong.length} wrong, ${rate} a second\n`)
  expect(wrong).toEqual([])
})
