import { afterAll, expect, test } from 'vitest'
import { freshDatabase, startTestApp, type TestApp, until, uploadReady } from '../support/app.ts'

const database = await freshDatabase()
afterAll(() => database.drop())

async function readMetric(app: TestApp, name: string): Promise<number> {
  const { body } = await app.platform.get<string>('/metrics')
  return Number(new RegExp(`^bulkhead_${name} (.*)$`, 'm').exec(body)?.[1])
}

/** One without chunks takes 2,048 bytes. */
const holdsAnIndex = async (app: TestApp) =>
  (await readMetric(app, 'search_index_bytes')) > 2048 ? true : undefined

test('the first call of a key brings its space up before anybody searches it, and writing to a space does too', async () => {
  const first = await startTestApp({ database })
  await uploadReady(first.tenant, 'lease.md', 'The lease of a halcyon garden.')
  await until('the written space is in memory', () => holdsAnIndex(first))
  await first.close()

  const second = await startTestApp({ database })
  try {
    expect(await readMetric(second, 'search_index_loads_total')).toBe(0)
    expect((await second.tenant.get('/v1/me')).status).toBe(200)
    await until('the caller’s space is in memory', () => holdsAnIndex(second))
    const loads = await readMetric(second, 'search_index_loads_total')
    expect(loads).toBe(1)
    const found = await second.tenant.post<{ total: number }>('/v1/search', {
      query: 'halcyon',
      mode: 'text',
    })
    expect(found.body.total).toBe(1)
    expect(await readMetric(second, 'search_index_loads_total')).toBe(loads)
    expect(await readMetric(second, 'search_warm_ups_total')).toBeGreaterThan(0)
  } finally {
    await second.close()
  }
})
