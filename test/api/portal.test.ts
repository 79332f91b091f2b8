import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mayCall, nameOf } from '#isolation/routes/samples.ts'
import { codeOf, exchange } from '#isolation/server/exchange.ts'
import {
  type Api,
  client,
  createPartner,
  createTenant,
  startTestApp,
  type TestTenant,
  uploadReady,
} from '../support/app.ts'
import { create, createPerson } from '../support/people.ts'
import { scale } from '../support/scale.ts'

let aheadMs = 0
const app = await startTestApp({ clock: { now: () => new Date(Date.now() + aheadMs) } })
afterAll(() => app.close())

type Issued = { id: string; secret: string; status: string; expires_at: string }
type Found = { total: number; results: { file_id: string }[] }
type Refusal = { code: string }

let acme: TestTenant
let globex: TestTenant
let red: { id: string; slug: string }
let blue: { id: string; slug: string }
const files: Record<'inFolder' | 'below' | 'beside' | 'elsewhere', string> = {
  inFolder: '',
  below: '',
  beside: '',
  elsewhere: '',
}
let folder = ''

beforeAll(async () => {
  acme = await createTenant(app, { slug: 'acme' })
  globex = await createTenant(app, { slug: 'globex' })
  red = await create(acme.api, '/v1/spaces', { slug: 'red' })
  blue = await create(acme.api, '/v1/spaces', { slug: 'blue' })
  const make = async (body: object) => (await create<{ id: string }>(acme.api, '/v1/folders', body)).id
  folder = await make({ space: 'red', name: 'contracts' })
  const below = await make({ space: 'red', name: 'old', parent: folder })
  const upload = async (name: string, fields: Record<string, string>) =>
    (await uploadReady(acme.api, `${name}.md`, `The lantern of ${name} burns until midnight.`, fields)).id
  files.inFolder = await upload('alder', { space: 'red', folder })
  files.below = await upload('birch', { space: 'red', folder: below })
  files.beside = await upload('cedar', { space: 'red' })
  files.elsewhere = await upload('drift', { space: 'blue' })
})

const everything = ['browse', 'search', 'ask', 'upload']

function issue(body: object = {}, api: Api = acme.api) {
  const defaults = { spaces: ['red'], scopes: everything, subject: { external_id: 'crm|17', name: 'Ada' } }
  return api.post<Issued & Refusal>('/v1/portal/tokens', { ...defaults, ...body })
}

async function open(body: object = {}): Promise<Issued & { api: Api }> {
  const { status, body: issued } = await issue(body)
  expect(status).toBe(201)
  return { ...issued, api: client(app.url, issued.secret) }
}

/** The files that are listed, that are found, and as how many; each has to be the same. */
async function seenBy(api: Api): Promise<string[]> {
  const listed = await api.get<{ data: { id: string }[] }>('/v1/files?space=*')
  const found = await api.post<Found>('/v1/search', { query: 'lantern', spaces: '*', mode: 'text' })
  const ids = listed.body.data.map(({ id }) => id).sort()
  expect([...new Set(found.body.results.map(({ file_id }) => file_id))].sort()).toEqual(ids)
  expect(found.body.total).toBe(ids.length)
  return ids
}

const statusOf = async (api: Api, path = '/v1/files?space=*') => (await api.get(path)).status
const sorted = (...ids: string[]) => ids.sort()

describe('a token opens', () => {
  test('its space and nothing else of the tenant, and says for whom it is', async () => {
    expect(await seenBy(acme.api)).toEqual(sorted(...Object.values(files)))
    const { id, api } = await open()
    expect(await seenBy(api)).toEqual(sorted(files.inFolder, files.below, files.beside))
    expect((await api.get('/v1/me')).body).toMatchObject({
      level: 'space',
      key_id: null,
      portal_token_id: id,
      name: 'Ada',
      space_id: red.id,
    })
    expect((await api.get<{ data: { id: string }[] }>('/v1/spaces')).body.data).toMatchObject([
      { id: red.id },
    ])
    expect(await statusOf(api, `/v1/files/${files.elsewhere}`)).toBe(404)
    expect(await statusOf(api, `/v1/spaces/${blue.id}`)).toBe(404)
    expect((await api.post('/v1/search', { query: 'lantern', spaces: ['blue'] })).status).toBe(404)
  })

  test('several spaces, all at once only when that is said', async () => {
    const { api } = await open({ spaces: ['red', blue.id] })
    expect(await seenBy(api)).toEqual(sorted(...Object.values(files)))
  })

  test('a folder with all below it, and not what lies beside it', async () => {
    const { api } = await open({ folders: [folder] })
    expect(await seenBy(api)).toEqual(sorted(files.inFolder, files.below))
    const answer = await api.post<{ citations: { file_id: string }[] }>('/v1/ask', {
      question: 'Until when does the lantern of cedar burn?',
    })
    expect(answer.status).toBe(200)
    expect(JSON.stringify(answer.body)).not.toContain(files.beside)
    expect(await statusOf(api, `/v1/files/${files.beside}/content`)).toBe(404)
  })

  test('single files', async () => {
    const { api } = await open({ files: [files.beside] })
    expect(await seenBy(api)).toEqual([files.beside])
    expect(await statusOf(api, `/v1/files/${files.beside}/text`)).toBe(200)
  })

  test('a file that comes into its folder, and one no more that leaves it', async () => {
    const { api } = await open({ folders: [folder] })
    const path = `/v1/files/${files.beside}`
    expect(await statusOf(api, path)).toBe(404)
    expect((await acme.api.patch(path, { folder })).status).toBe(200)
    expect(await statusOf(api, path)).toBe(200)
    expect((await acme.api.patch(path, { folder: null })).status).toBe(200)
    expect(await statusOf(api, path)).toBe(404)
  })

  test('nothing when its folder is gone', async () => {
    const doomed = await create<{ id: string }>(acme.api, '/v1/folders', { space: 'red', name: 'doomed' })
    const { api } = await open({ folders: [doomed.id] })
    expect((await acme.api.delete(`/v1/folders/${doomed.id}`)).status).toBeLessThan(300)
    expect(await seenBy(api)).toEqual([])
  })
})

describe('a token lets do', () => {
  test('what its scopes say on the whole route table, and no more', async () => {
    for (const scope of [...everything, undefined]) {
      const { secret, api } = await open({ scopes: scope === undefined ? everything : [scope] })
      const { permissions } = (await api.get<{ permissions: string[] }>('/v1/me')).body
      const closed = app.routes.filter(
        (route) => route.access !== 'public' && !mayCall(route, { level: 'space', permissions }),
      )
      expect(closed.length).toBeGreaterThan(40)
      for (const route of closed) {
        const answer = await exchange(app, secret, route, { params: { id: red.id } })
        expect({ route: nameOf(route), scope, code: codeOf(answer) }).toEqual({
          route: nameOf(route),
          scope,
          code: 'auth.forbidden',
        })
      }
    }
  })

  test('reading with `browse` and adding with `upload`, within its folder', async () => {
    const reader = await open({ scopes: ['browse'], folders: [folder] })
    const form = { space: 'red', folder }
    expect((await reader.api.upload('no.md', 'No.', form)).status).toBe(403)
    const { api } = await open({ scopes: ['browse', 'upload'], folders: [folder] })
    expect((await api.upload('beside.md', 'Beside.', { space: 'red' })).status).toBe(403)
    const added = await api.upload<{ id: string }>('added.md', 'Added.', form)
    expect(added.status).toBe(201)
    expect(await statusOf(api, `/v1/files/${added.body.id}`)).toBe(200)
    expect((await api.delete(`/v1/files/${added.body.id}`)).status).toBe(403)
    expect((await acme.api.delete(`/v1/files/${added.body.id}`)).status).toBe(204)
  })
})

describe('a token ends', () => {
  test('by its id, with the very next request, each time', async () => {
    for (let i = 0; i < scale.revocations; i++) {
      const { id, api } = await open()
      expect(await statusOf(api, '/v1/me')).toBe(200)
      const revoked = await acme.api.delete<Issued>(`/v1/portal/tokens/${id}`)
      expect(revoked.body.status).toBe('revoked')
      expect((await api.get<Refusal>('/v1/me')).body.code).toBe('auth.revoked')
    }
  })

  test('with all others of its subject', async () => {
    const subject = { external_id: 'crm|42' }
    const [first, second, other] = [await open({ subject }), await open({ subject }), await open()]
    const { body } = await acme.api.post('/v1/portal/tokens/revoke', { subject: 'crm|42' })
    expect(body).toEqual({ revoked: 2 })
    expect(await Promise.all([first, second, other].map(({ api }) => statusOf(api)))).toEqual([401, 401, 200])
    const listed = await acme.api.get<{ data: Issued[] }>('/v1/portal/tokens?subject=crm%7C42')
    expect(listed.body.data.map(({ status }) => status)).toEqual(['revoked', 'revoked'])
    expect((await acme.api.post('/v1/portal/tokens/revoke', { subject: 'crm|42' })).body).toEqual({
      revoked: 0,
    })
  })

  test('with the key that issued it, and with whom that key acts for', async () => {
    const key = await create<{ id: string; secret: string }>(acme.api, '/v1/keys', { name: 'issuer' })
    const [owner] = [
      await createPerson(app, acme.api, { roles: ['owner'] }),
      // A tenant keeps one.
      await createPerson(app, acme.api, { roles: ['owner'] }),
    ]
    const issuers = [client(app.url, key.secret), owner.api]
    const tokens = await Promise.all(issuers.map(async (api) => (await issue({}, api)).body.secret))
    const [ofKey, ofOwner] = tokens.map((secret) => client(app.url, secret)) as [Api, Api]
    expect([await statusOf(ofKey), await statusOf(ofOwner)]).toEqual([200, 200])
    await acme.api.delete(`/v1/keys/${key.id}`)
    expect((await ofKey.get<Refusal>('/v1/files')).body.code).toBe('auth.revoked')
    await acme.api.post(`/v1/users/${owner.id}/deactivate`)
    expect((await ofOwner.get<Refusal>('/v1/files')).body.code).toBe('auth.revoked')
    await acme.api.post(`/v1/users/${owner.id}/resume`)
    expect(await statusOf(ofOwner)).toBe(200)
    await acme.api.delete(`/v1/users/${owner.id}`)
    expect((await ofOwner.get<Refusal>('/v1/files')).body.code).toBe('auth.revoked')
  })

  test('by the clock', async () => {
    const { id, api } = await open({ ttl: 60 })
    expect(await statusOf(api)).toBe(200)
    aheadMs = 61_000
    expect((await api.get<Refusal>('/v1/files')).body.code).toBe('auth.expired')
    expect((await acme.api.get<Issued>(`/v1/portal/tokens/${id}`)).body.status).toBe('expired')
    aheadMs = 0
  })

  test('after so many uses, however many come at once', async () => {
    const { id, api } = await open({ max_uses: 3 })
    const replies = await Promise.all(Array.from({ length: 12 }, () => api.get<Refusal>('/v1/me')))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(3)
    expect(new Set(replies.map(({ body }) => body.code))).toEqual(new Set([undefined, 'auth.used_up']))
    expect((await acme.api.get(`/v1/portal/tokens/${id}`)).body).toMatchObject({ uses: 3, status: 'used_up' })
  })

  test('with its tenant or partner, and is there again when these go on', async () => {
    const partner = await createPartner(app, { slug: 'west' })
    const tenant = await createTenant(app, { slug: 'paused', partner: 'west' })
    const { body } = await issue({ spaces: ['default'] }, tenant.api)
    const api = client(app.url, body.secret)
    for (const path of [`/v1/tenants/${tenant.tenant.id}`, `/v1/partners/${partner.partner.id}`]) {
      expect(await statusOf(api)).toBe(200)
      await app.platform.post(`${path}/suspend`)
      expect((await api.get<Refusal>('/v1/files')).body.code).toBe('tenancy.suspended')
      await app.platform.post(`${path}/resume`)
    }
    await app.platform.delete(`/v1/tenants/${tenant.tenant.id}`)
    expect((await api.get<Refusal>('/v1/files')).body.code).toBe('auth.invalid')
  })
})

describe('a page', () => {
  const from = (origin: string) => ({ headers: { origin } })

  test('of another origin reads the answers to a token, and not those to a key', async () => {
    const { secret } = await open()
    const allowed = async (key: string) => {
      const { headers } = await client(app.url, key).get('/v1/me', from('https://app.example.com'))
      expect(headers.get('vary')).toBe('Authorization, Origin')
      return headers.get('access-control-allow-origin')
    }
    expect(await allowed(secret)).toBe('https://app.example.com')
    expect(await allowed(acme.key)).toBeNull()
    // Also a refusal, so that the page can tell what is wrong.
    expect(await allowed(`${secret.slice(0, -1)}_`)).toBe('https://app.example.com')
  })

  test('asks beforehand without a credential', async () => {
    const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'POST' }
    const reply = await fetch(new URL('/v1/search', app.url), { method: 'OPTIONS', headers })
    expect(reply.status).toBe(204)
    expect(reply.headers.get('access-control-allow-origin')).toBe('*')
    expect(reply.headers.get('access-control-allow-headers')).toContain('authorization')
    expect(reply.headers.get('access-control-allow-credentials')).toBeNull()
  })

  test('that the token does not name is refused', async () => {
    const { api } = await open({ origins: ['https://App.example.com:443'] })
    expect((await api.get('/v1/me', from('https://app.example.com'))).status).toBe(200)
    for (const origin of ['https://evil.example', 'https://app.example.com.evil.example', 'null']) {
      expect((await api.get<Refusal>('/v1/me', from(origin))).body.code).toBe('auth.origin_refused')
    }
    expect(await statusOf(api, '/v1/me')).toBe(200)
  })
})

describe('is issued', () => {
  test.each([
    ['a space of another tenant', { spaces: ['theirs'] }, 404, 'spaces.not_found'],
    ['no space', { spaces: [] }, 422, 'input.invalid'],
    ['an unknown folder', { folders: ['fld_01h455vb4pex5vsknk084sn02q'] }, 404, 'folders.not_found'],
    ['no scope', { scopes: [] }, 422, 'input.invalid'],
    ['a scope that there is not', { scopes: ['admin'] }, 422, 'input.invalid'],
    ['more than a day', { ttl: 86_401 }, 422, 'input.invalid'],
    ['no time at all', { ttl: 0 }, 422, 'input.invalid'],
    ['an address for an origin', { origins: ['https://app.example.com/portal'] }, 422, 'input.invalid'],
    ['nobody', { subject: { external_id: '' } }, 422, 'input.invalid'],
  ])('for %s: never', async (_what, body, status, code) => {
    await globex.api.post('/v1/spaces', { slug: 'theirs' })
    expect(await issue(body)).toMatchObject({ status, body: { code } })
  })

  test('for a place in none of its spaces: never', async () => {
    for (const body of [{ files: [files.elsewhere] }, { spaces: ['blue'], folders: [folder] }]) {
      expect(await issue(body)).toMatchObject({ status: 422, body: { code: 'input.invalid' } })
    }
  })

  test('by nobody with more than they have, and by owners alone of people', async () => {
    const permissions = ['portal:issue', 'files:read', 'spaces:read', 'search:query']
    const made = await create<{ secret: string }>(acme.api, '/v1/keys', { name: 'narrow', permissions })
    const narrow = client(app.url, made.secret)
    expect((await issue({ scopes: ['browse', 'search'] }, narrow)).status).toBe(201)
    expect((await issue({ scopes: ['ask'] }, narrow)).body.code).toBe('keys.beyond_own_rights')
    const owner = await createPerson(app, acme.api, { roles: ['owner'] })
    expect((await issue({}, owner.api)).status).toBe(201)
    for (const role of ['admin', 'member']) {
      const person = await createPerson(app, acme.api, { roles: [role] })
      expect((await issue({}, person.api)).status).toBe(403)
    }
  })

  test('without its secret being kept or shown again, and opens nothing as another kind of secret', async () => {
    const { id, secret } = await open()
    for (const path of [`/v1/portal/tokens/${id}`, '/v1/portal/tokens?limit=200']) {
      expect(JSON.stringify((await acme.api.get(path)).body)).not.toContain(secret)
    }
    expect((await globex.api.get(`/v1/portal/tokens/${id}`)).status).toBe(404)
    const asKey = client(app.url, secret.replace('bhp_', 'bhk_'))
    expect((await asKey.get<Refusal>('/v1/me')).body.code).toBe('auth.invalid')
    expect((await client(app.url).get(`/v1/me?access_token=${secret}`)).status).not.toBe(200)
  })
})
