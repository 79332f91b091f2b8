import { readConfig } from '#config.ts'
import { operatorScope, scopeOfNewTenant } from '#features/access/index.ts'
import { parseId } from '#platform/ids.ts'
import type { Scope, TenantScope } from '#platform/scope/index.ts'
import { type App, startApp } from '../../src/app.ts'
import { assertRecorded, timeChanges, type Verification } from './time-changes.ts'

/**
 * The same changes as `countOperations`, by the same handlers in this process: what the recording of operations takes
 * where no client, no web server and no look-up of a key share its processors. @returns operations a second
 */
export async function countInside(settings: Record<string, string>, operations: number): Promise<number> {
  const app = await startApp(readConfig({ BULKHEAD_LOG_LEVEL: 'warn', ...settings }), {
    http: false,
    worker: false,
  })
  try {
    const { tenants, perSecond } = await timeChanges({
      operations,
      open: async (name, spaces) => {
        const scope = await createTenant(app, name)
        for (const slug of spaces) await call(app, 'POST /v1/spaces', { scope, body: { slug, name: slug } })
        return scope
      },
      change: async (scope, id, name) => {
        await call(app, 'PATCH /v1/spaces/{id}', { scope, params: { id }, body: { name } })
      },
    })
    const trails = tenants.map((scope) =>
      call<Verification>(app, 'GET /v1/audit/verify', { scope, query: {} }),
    )
    assertRecorded(await Promise.all(trails), operations, 1)
    return perSecond
  } finally {
    await app.close()
  }
}

async function createTenant(app: App, slug: string): Promise<TenantScope> {
  const operator = operatorScope('doctor')
  type Made = { body: { id: string; partner_id: string } }
  const { body } = await call<Made>(app, 'POST /v1/tenants', { scope: operator, body: { slug } })
  const [id = '', partnerId = ''] = [parseId('ten', body.id), parseId('ptn', body.partner_id)]
  return scopeOfNewTenant(operator, { id, partnerId })
}

/** What a route answers, without the web server before it. */
function call<T>(app: App, name: string, given: { scope: Scope } & Record<string, unknown>): Promise<T> {
  const route = app.routes.find(({ method, path }) => `${method} ${path}` === name)
  if (!route) throw new Error(`there is no ${name}`)
  return (route.handle as (call: unknown) => Promise<T>)({ ...given, signal: given.scope.signal })
}
