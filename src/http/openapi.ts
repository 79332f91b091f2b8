import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifySchema } from 'fastify'
import { Problem } from './schemas.ts'
import { type ResponseSpec, type Route, showsSecret } from './route.ts'
import manifest from '../../package.json' with { type: 'json' }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The declaration a request is served by; absent for the documentation's own pages. */
    route?: Route
  }
}

/** The page loads nothing from elsewhere, and works without TLS on a private network too. */
const docsPolicy =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"

/** OpenAPI 3.1 from the same schemas that validate, at /v1/openapi.json, and a page to read and try it at /docs. */
export async function registerOpenApi(app: FastifyInstance) {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Bulkhead',
        version: manifest.version,
        description: manifest.description,
        license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'this server' }],
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key: `bhk_…`' } },
      },
    },
    transform: ({ schema, url, route }) => {
      const declared = route.config?.route
      return declared ? { schema: describe(declared, schema), url } : { schema: { hide: true }, url }
    },
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: { title: 'Bulkhead API' },
    // Without this the page asks an outside service to judge the document, and tells it this server's address.
    uiConfig: { validatorUrl: null, layout: 'BaseLayout' },
    staticCSP: docsPolicy,
  })
  app.get('/v1/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.type('application/json').send(JSON.stringify(app.swagger())),
  )
}

function describe(route: Route, schema: FastifySchema): FastifySchema {
  const described: Record<string, unknown> = {
    ...schema,
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, accessSentence(route)].filter(Boolean).join('\n\n'),
    security: route.access === 'public' ? [] : [{ key: [] }],
    // For programs: `bulkhead isolation check` knows from these which keys to try.
    'x-access': route.access,
    'x-levels': route.levels,
    response: {
      ...Object.fromEntries(
        Object.entries(route.responses).map(([status, spec]) => [status, responseOf(spec)]),
      ),
      ...(route.access === 'public' ? {} : { '4XX': problemResponse }),
    },
  }
  if (route.method === 'POST' && route.levels.includes('tenant') && !showsSecret(route))
    Object.assign(described, { headers: idempotencyHeader })
  if (route.multipart) Object.assign(described, { body: route.multipart, consumes: ['multipart/form-data'] })
  return described
}

const idempotencyHeader = {
  type: 'object',
  properties: {
    'Idempotency-Key': {
      type: 'string',
      maxLength: 255,
      description:
        'Names this request for 24 hours: sent again by the same credential, it is answered as the first time and not carried out again.',
    },
  },
}

const problemResponse = {
  description: 'A problem document.',
  content: { 'application/problem+json': { schema: Problem } },
}

function responseOf(spec: ResponseSpec): unknown {
  if (spec === 'empty') return { description: 'Done.', type: 'null' }
  if ('bytes' in spec) {
    return {
      description: 'Bytes.',
      content: { [spec.bytes]: { schema: { type: 'string', format: 'binary' } } },
    }
  }
  return { description: 'Done.', content: { 'application/json': { schema: spec } } }
}

function accessSentence({ access, levels }: Route): string {
  if (access === 'public') return 'Needs no key.'
  const who = `a ${levels.join(' or ')} key`
  return access === 'authenticated' ? `Needs ${who}.` : `Needs ${who} with \`${access}\`.`
}

/** `POST /v1/files/{id}/reindex` → `postFilesByIdReindex`. */
function operationId({ method, path }: Route): string {
  const words = path
    .replace(/^\/v1/, '')
    .replaceAll(/\{(\w+)\}/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/)
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}
