import { Type } from 'typebox'
import { errorCatalogue, upstreamUnavailable } from '#platform/errors.ts'
import type { Metrics } from './metrics.ts'
import { Answer, type Route, route } from './route.ts'
import { Strict } from './schemas.ts'

export type ServiceDeps = {
  metrics: Metrics
  /** Resolves once the database answers; rejects otherwise. */
  checkDatabase: () => Promise<void>
}

const Up = Strict({ status: Type.Literal('ok') })
const common = { tag: 'service', method: 'GET', access: 'public', levels: [] } as const

/** What operators and their tools ask. */
export function serviceRoutes({ metrics, checkDatabase }: ServiceDeps): Route[] {
  return [
    route({
      ...common,
      path: '/healthz',
      summary: 'The process is alive',
      responses: { 200: Up },
      handle: () => Promise.resolve({ status: 'ok' }),
    }),
    route({
      ...common,
      path: '/readyz',
      summary: 'The process can serve: its database answers',
      responses: { 200: Up },
      handle: async () => {
        await checkDatabase().catch((cause: unknown) => {
          throw upstreamUnavailable('The database does not answer.', { cause, retryAfterSeconds: 2 })
        })
        return { status: 'ok' }
      },
    }),
    route({
      tag: 'service',
      method: 'GET',
      access: 'health:read',
      levels: ['platform'],
      path: '/metrics',
      summary: 'Prometheus metrics; no label names a tenant',
      responses: { 200: { bytes: 'text/plain; charset=utf-8' } },
      handle: async () => new Answer(200, await metrics.text(), { 'content-type': metrics.contentType }),
    }),
    route({
      ...common,
      path: '/docs/errors',
      summary: 'Every error code, for people',
      responses: { 200: { bytes: 'text/html; charset=utf-8' } },
      handle: () =>
        Promise.resolve(new Answer(200, errorPage(), { 'content-type': 'text/html; charset=utf-8' })),
    }),
  ]
}

/** The texts are constants of ours without markup, so nothing needs escaping but what `meaning` quotes. */
function errorPage(): string {
  const rows = errorCatalogue().map(
    ({ code, status, title, meaning }) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}. ${escape(meaning)}</td></tr>`,
  )
  return `<!doctype html><html lang="en"><title>Bulkhead errors</title><style>body{font:16px system-ui;margin:2rem auto;max-width:60rem}td{padding:.4rem;vertical-align:top;border-top:1px solid #ccc}:target{background:#ffc}</style><h1>Errors</h1><table>${rows.join('')}</table></html>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
