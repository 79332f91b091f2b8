import { afterAll, describe, expect, test } from 'vitest'
import { expectStatus } from '../../bench/server/create-tenant.ts'
import { createPartner, createTenant, startTestApp, uploadReady } from '../support/app.ts'

/**
 * Tenants and files were told apart elsewhere by prefix, by pattern or after folding: here every spelling is a name of
 * its own, and what is asked for by one is found under that one alone.
 */
const app = await startTestApp()
afterAll(() => app.close())
const { partner, api: reseller } = await createPartner(app, { slug: 'reseller' })

type Item = { id: string; slug: string; name: string; external_id: string | null }
type Page = { data: Item[] }
type Found = { total: number; results: { file_id: string }[] }

/** Spellings that a prefix, a pattern, a case fold or a normal form takes for one another. */
const spellings = {
  plain: 'a',
  doubled: 'aa',
  percent: 'a%',
  underscore: 'a_',
  quote: 'a"b',
  apostrophe: "a' or 'a'='a",
  capital: 'A',
  space: 'a ',
  cyrillic: '\u{430}',
  fullwidth: '\u{ff41}',
  'zero width space': 'a\u{200b}',
  'composed accent': '\u{e1}',
  'combining accent': 'a\u{301}',
  'right to left': '\u{202e}a',
}
const all = Object.entries(spellings)

describe('tenants whose names and external ids look alike', async () => {
  const tenants = new Map<string, Item>()
  for (const [i, [what, spelling]] of all.entries()) {
    const body = { slug: `look-${i}`, name: spelling, external_id: spelling }
    tenants.set(what, expectStatus(201, await reseller.post<Item>('/v1/tenants', body)))
  }

  test.each(all)('%s is kept as it was written and finds itself alone', async (what, spelling) => {
    const { body } = await reseller.get<Page>(`/v1/tenants?external_id=${encodeURIComponent(spelling)}`)
    expect(body.data).toEqual([tenants.get(what)])
    expect(body.data[0]).toMatchObject({ name: spelling, external_id: spelling })
  })
})

describe('slugs', () => {
  const taken = ['a', 'aa', 'a_a', 'a.a', 'a-a', 'aba']

  test('that begin alike, or match as patterns, are slugs of different tenants', async () => {
    const ids = new Map<string, string>()
    for (const slug of taken) {
      const { tenant } = await createTenant(app, { slug, partner: partner.id })
      ids.set(slug, tenant.id)
    }
    for (const [slug, id] of ids) {
      expect((await reseller.get<Item>(`/v1/tenants/${slug}`)).body).toMatchObject({ slug, id })
    }
    expect(new Set(ids.values()).size).toBe(taken.length)
  })

  test.each(all.filter(([what]) => what !== 'plain' && what !== 'doubled'))(
    'a slug with a look-alike (%s) is refused when made, and names nobody when asked for',
    async (_what, spelling) => {
      for (const slug of [spelling, `reseller${spelling}`]) {
        expect((await reseller.post('/v1/tenants', { slug })).status).toBe(422)
        const path = `/v1/tenants/${encodeURIComponent(slug)}`
        expect((await reseller.get(path)).status).toBe(404)
        expect((await reseller.post('/v1/keys', { name: 'k', tenant: slug })).status).toBe(404)
      }
    },
  )
})

describe('files whose external ids, names and metadata look alike', async () => {
  const { api } = await createTenant(app, { slug: 'files-alike' })
  const files = new Map<string, string>()
  for (const [what, spelling] of all) {
    const fields = { external_id: spelling, metadata: JSON.stringify({ team: spelling }) }
    files.set(what, (await uploadReady(api, `${what}.md`, 'The alikeword stands here.', fields)).id)
  }

  test.each(all)('%s finds its own file alone', async (what, spelling) => {
    const own = files.get(what)
    const listed = await api.get<Page>(`/v1/files?external_id=${encodeURIComponent(spelling)}`)
    expect(listed.body.data.map(({ id }) => id)).toEqual([own])
    const filtered = await api.get<Page>(`/v1/files?metadata.team=${encodeURIComponent(spelling)}`)
    expect(filtered.body.data.map(({ id }) => id)).toEqual([own])
    const search = { query: 'alikeword', filter: { metadata: { team: spelling } } }
    const found = await api.post<Found>('/v1/search', search)
    expect(found.body).toMatchObject({ total: 1, results: [{ file_id: own }] })
  })

  test.each(['%', '_', '\\', '%.md', 'p_ain', '.%'])(
    'a part of a name is taken literally: %s finds nothing',
    async (name) => {
      const { body } = await api.get<Page>(`/v1/files?name=${encodeURIComponent(name)}`)
      expect(body.data).toEqual([])
    },
  )
})
