import { afterAll, expect, test } from 'vitest'
import { errorCatalogue } from '#platform/errors.ts'
import { client, createTenant, startTestApp } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const nobody = client(app.url)
const { api, tenant } = await createTenant(app, { slug: 'acme' })

test('the process says that it lives and that it can serve', async () => {
  for (const path of ['/healthz', '/readyz']) {
    expect(await nobody.get(path)).toMatchObject({ status: 200, body: { status: 'ok' } })
  }
})

test('metrics count requests by route, and no label names a tenant', async () => {
  await api.get(`/v1/tenants/${tenant.id}`)
  const { headers, body } = await app.platform.get<string>('/metrics')
  expect(headers.get('content-type')).toMatch(/^text\/plain/)
  expect(body).toMatch(/route="\/v1\/tenants\/:id"/)
  expect(body).not.toContain(tenant.id)
  expect(body).not.toContain(tenant.slug)
})

test('an address that does not exist is a problem document, with or without a key, whatever the method', async () => {
  for (const [method, path] of [
    ['GET', '/'],
    ['GET', '/v1'],
    ['GET', '/v2/me'],
    ['GET', '/V1/me'],
    ['GET', '/v1/me/'],
    ['GET', '/v1//me'],
    ['PUT', '/v1/spaces'],
    ['OPTIONS', '/v1/files'],
    ['GET', '/.env'],
  ] as const) {
    for (const caller of [nobody, api]) {
      const reply = await caller.send<{ code: string }>(method, path)
      expect({ path, status: reply.status, code: reply.body.code }).toEqual({
        path,
        status: 404,
        code: 'route.not_found',
      })
      expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    }
  }
})

test('HEAD needs the same key as GET', async () => {
  expect((await nobody.send('HEAD', '/v1/me')).status).toBe(401)
  expect((await api.send('HEAD', '/v1/me')).status).toBe(200)
  expect((await app.platform.send('HEAD', '/v1/files')).status).toBe(403)
})

test('the OpenAPI document names every route, and each error that is answered is explained', async () => {
  type Document = { openapi: string; paths: Record<string, Record<string, unknown>> }
  const { body } = await nobody.get<Document>('/v1/openapi.json')
  expect(body.openapi).toBe('3.1.0')
  const documented = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(documented.sort()).toEqual(app.routes.map(({ method, path }) => `${method} ${path}`).sort())
  const page = await nobody.get<string>('/docs/errors')
  for (const { code } of errorCatalogue()) expect(page.body).toContain(`id="${code}"`)
})

test('the page that shows the API loads nothing from anywhere else, and asks nobody outside about it', async () => {
  const page = await nobody.get<string>('/docs/')
  expect(page.status).toBe(200)
  expect(page.body).toContain('swagger-ui-bundle.js')
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'self';/)
  expect(page.headers.get('content-security-policy')).not.toMatch(/https?:|upgrade-insecure|\.io/)
  const setup = await nobody.get<Uint8Array>('/docs/static/swagger-initializer.js')
  expect(Buffer.from(setup.body).toString()).toContain('"validatorUrl":null')
})
