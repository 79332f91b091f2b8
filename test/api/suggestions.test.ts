import { afterAll, expect, test } from 'vitest'
import { createSpaceKey, createTenant, startTestApp, uploadReady } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const acme = await createTenant(app, { slug: 'acme' })
const other = await createSpaceKey(app, acme, { slug: 'other' })
const neighbour = await createTenant(app, { slug: 'neighbour' })

type Found = { words: string[]; files: { id: string; name: string; space_id: string }[] }

const ask = (q: string, api = acme.api, more = '') =>
  api.get<Found>(`/v1/search/suggestions?q=${encodeURIComponent(q)}${more}`)
const suggest = async (...asked: Parameters<typeof ask>) => {
  const reply = await ask(...asked)
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return { words: reply.body.words, files: reply.body.files.map(({ name }) => name) }
}

await uploadReady(acme.api, 'Lease 2024.md', '# Liabilities\n\nThe lessee pays. The lessee leaves.')
const note = await uploadReady(acme.api, 'note.md', 'The lessee and the lessor meet.')
await uploadReady(other.api, 'legacy.md', 'A legendary lesson.')
await uploadReady(neighbour.api, 'lettuce.md', 'A lemon.')

test('a word goes on to words that more places have first, and a name is found by the beginning of its words', async () => {
  expect(await suggest('les')).toEqual({ words: ['lessee', 'lessor'], files: [] })
  expect(await suggest('who is the LESSE')).toEqual({ words: ['who is the lessee'], files: [] })
  expect(await suggest('le')).toEqual({
    words: ['lessee', 'leaves', 'lessor'],
    files: ['Lease 2024.md'],
  })
  expect(await suggest('liab')).toMatchObject({ words: ['liabilities'] })
  expect((await suggest('rent "the lesso')).words).toEqual(['rent "the lessor'])
  expect(await suggest('20')).toEqual({ words: [], files: ['Lease 2024.md'] })
  expect(await suggest('lessee ')).toMatchObject({ words: [] })
  expect(await suggest('les', acme.api, '&limit=1')).toMatchObject({ words: ['lessee'] })
})

test('only spaces that are asked for and may be read are looked at', async () => {
  expect(await suggest('leg')).toEqual({ words: [], files: [] })
  expect(await suggest('leg', acme.api, '&spaces=default,other')).toEqual({
    words: ['legacy', 'legendary'],
    files: ['legacy.md'],
  })
  expect((await suggest('le', acme.api, '&spaces=*')).files.sort()).toEqual(['Lease 2024.md', 'legacy.md'])
  expect(await suggest('le', other.api, '&spaces=*')).toEqual({
    words: ['legacy', 'legendary', 'lesson'],
    files: ['legacy.md'],
  })
  expect(await suggest('le', neighbour.api)).toEqual({ words: ['lemon', 'lettuce'], files: ['lettuce.md'] })
  expect(await ask('le', other.api, '&spaces=default')).toMatchObject({ status: 404 })
})

test('what a neighbour has moves nothing, and what is deleted is gone at once', async () => {
  const before = await suggest('le')
  await uploadReady(neighbour.api, 'lessor.md', 'lessor lessor leaves learnt')
  expect(await suggest('le')).toEqual(before)
  await acme.api.delete(`/v1/files/${note.id}`)
  expect(await suggest('les')).toEqual({ words: ['lessee'], files: [] })
})

test.each(['(a+)+$', '[^', '\\', '\\d', '.*', '%', "'", '-', '黑豹', '😀', 'x'.repeat(200), 'a-b_c.d'])(
  '%s is text like any other',
  async (q) => {
    expect(await suggest(q)).toEqual({ words: [], files: [] })
  },
)

test.each(['', ' ', 'x'.repeat(201), '\u0000'])('%j is refused', async (q) => {
  expect(await ask(q)).toMatchObject({ status: 422 })
})
