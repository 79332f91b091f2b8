import { afterAll, expect, test } from 'vitest'
import { client, createTenant, freshDatabase, startTestApp, type TestApp } from '../support/app.ts'
import { follow } from '../support/follow.ts'

const writers = 20
const readers = 5
const writtenByEach = 10

type Event = { id: number; type: string; subject: { name: string | null } }

const database = await freshDatabase()
let app = await startTestApp({ database, worker: false })
afterAll(async () => {
  await app.close()
  await database.drop()
})

/** Follows a stream to its end, and again from where it was, over restarts of the server. */
async function readAll(running: () => TestApp, key: string, until: number): Promise<Event[]> {
  const seen: Event[] = []
  while ((seen.at(-1)?.id ?? 0) < until) {
    const stream = follow(running().url, key, `?after=${seen.at(-1)?.id ?? 0}&wait=3`)
    try {
      for (let frame = await stream.next(); frame; frame = await stream.next())
        seen.push(frame as unknown as Event)
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  return seen
}

test('twenty writers, five readers and two restarts: nobody misses an event or sees one twice', async () => {
  const { key } = await createTenant(app, { slug: 'busy' })
  const expected = 2 + writers * writtenByEach
  const reading = Array.from({ length: readers }, () => readAll(() => app, key, expected))
  const done = new Set<string>()
  const write = async (writer: number) => {
    for (let n = 0; n < writtenByEach;) {
      const slug = `w${writer}-${n}`
      const reply = await client(app.url, key)
        .post('/v1/spaces', { slug })
        .catch(() => undefined)
      // Whoever was cut off asks again: it was made, or it was not.
      if (reply?.status === 201 || reply?.status === 409) {
        done.add(slug)
        n++
      } else await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const writing = Array.from({ length: writers }, (_, i) => write(i))
  for (let restart = 0; restart < 2; restart++) {
    const before = done.size
    await expect
      .poll(() => done.size, { timeout: 60_000 })
      .toBeGreaterThan(Math.min(before + 20, writers * writtenByEach - 40))
    await app.close()
    app = await startTestApp({ database, worker: false })
  }
  await Promise.all(writing)
  for (const seen of await Promise.all(reading)) {
    expect(seen.map(({ id }) => id)).toEqual(Array.from({ length: expected }, (_, i) => i + 1))
    const made = seen.filter(({ type }) => type === 'space.created').map(({ subject }) => subject.name)
    expect(new Set(made)).toEqual(done)
    expect(made).toHaveLength(done.size)
  }
}, 240_000)
