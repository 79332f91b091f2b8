import multipart from '@fastify/multipart'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Compile } from 'typebox/compile'
import type { TSchema } from 'typebox'
import { forbidden, inputInvalid, PublicError } from '#platform/errors.ts'
import type { Ids } from '#platform/ids.ts'
import type { Log } from '#platform/log.ts'
import type { Scope, Sender } from '#platform/scope/index.ts'
import { answerOnce, type OnceStore } from './answer-once.ts'
import { answerBrokenRequest } from './broken-request.ts'
import { answerOtherOrigins } from './cross-origin.ts'
import { callerGone, missingCredential, routeNotFound } from './errors.ts'
import { measureRequests, type Metrics } from './metrics.ts'
import { registerOpenApi } from './openapi.ts'
import { sendProblem } from './problem.ts'
import { Answer, type Call, type Route, showsSecret } from './route.ts'
import { Strict } from './schemas.ts'
import { compileValidator, refuseUnstorableText } from './validation.ts'

export type Credential = {
  secret: string
  /** Where the request comes from. */
  address: string
  /** What it says that it uses. */
  userAgent: string | undefined
  /** The page that a browser sends it from, where it says so. */
  origin: string | undefined
  /** What it wants to do: a scope reaches no further than that. */
  access: Route['access']
  requestId: string
  signal: AbortSignal
  /** Is told whose it is, under a scope that may do nothing, also where it opens nothing any more. */
  known: (holder: Scope) => void
}

/** A request that was answered with an error, and of whom; nobody's when its credential is none. */
export type Refused = {
  scope: Scope | undefined
  from: Sender
  /** Method and path of the route. */
  route: string
  status: number
  code: string
}

export type ServerOptions = {
  routes: Route[]
  /** Is told of every request to a route that ends with an error. */
  refused?: (refused: Refused) => void
  /** Turns a presented secret into a scope; throws auth.* otherwise. */
  authenticate: (credential: Credential) => Promise<Scope>
  /** Remembers the answers to requests that have an `Idempotency-Key`. */
  once: OnceStore
  ids: Ids
  log: Log
  metrics: Metrics
  /** Proxies, as CIDR, whose word is taken for where a request comes from; others could say what they like. */
  trustedProxies?: string[]
}

const jsonLimitBytes = 1024 * 1024

/** The web server over the route table. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    bodyLimit: jsonLimitBytes,
    genReqId: () => `req_${options.ids.uuid().replaceAll('-', '')}`,
    forceCloseConnections: 'idle',
    trustProxy: options.trustedProxies?.length ? options.trustedProxies : false,
    routerOptions: { maxParamLength: 512 },
    clientErrorHandler: answerBrokenRequest(options.ids),
    // Addresses that cannot be decoded or are too long: fastify would answer in its own form and repeat them.
    frameworkErrors: (_error, request, reply) => {
      void sendProblem(routeNotFound(), request, reply, options.log)
    },
  })
  app.setValidatorCompiler(compileValidator)
  app.setSerializerCompiler(({ schema }) => checkedJson(schema as TSchema))
  const callers: Callers = { scopes: new WeakMap(), holders: new WeakMap() }
  app.setErrorHandler((error, request, reply) => {
    const scope = callers.scopes.get(request) ?? callers.holders.get(request)
    if (error instanceof PublicError) options.refused?.(describeRefusal(error, request, scope))
    return sendProblem(error, request, reply, options.log)
  })
  app.setNotFoundHandler((request, reply) => sendProblem(routeNotFound(), request, reply, options.log))
  addJsonParser(app)
  addHeaders(app)
  answerOtherOrigins(app)
  measureRequests(app, options.metrics)
  await app.register(multipart, {
    // The blob store counts the bytes of a file and stops at its limit; the parser's own would cut it off in silence.
    limits: { fileSize: Number.MAX_SAFE_INTEGER, files: 1, fields: 60, fieldSize: 65_536 },
  })
  await registerOpenApi(app)
  for (const route of options.routes) addRoute(app, route, options, callers)
  return app
}

/** What a request may touch, and whose credential it came with. */
type Callers = Record<'scopes' | 'holders', WeakMap<FastifyRequest, Scope>>

function describeRefusal(
  { status, code }: PublicError,
  request: FastifyRequest,
  scope: Scope | undefined,
): Refused {
  const { route } = request.routeOptions.config as { route?: Route }
  return {
    scope,
    from: { address: request.ip, userAgent: request.headers['user-agent'] },
    route: route ? `${route.method} ${route.path}` : request.method,
    status,
    code,
  }
}

function addRoute(
  app: FastifyInstance,
  route: Route,
  { authenticate, once }: Pick<ServerOptions, 'authenticate' | 'once'>,
  { scopes, holders }: Callers,
) {
  const readCaller = (request: FastifyRequest, signal: AbortSignal) =>
    readScope(route, request, { signal, known: (holder) => holders.set(request, holder) }, authenticate)
  const signals = new WeakMap<FastifyRequest, AbortSignal>()
  app.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: { route },
    schema: {
      ...(route.params ? { params: route.params } : {}),
      ...(route.access === 'public' ? {} : { querystring: route.query ?? Strict({}) }),
      ...(route.body ? { body: route.body } : {}),
      response: jsonResponses(route),
    },
    // Before the body is read: nobody without a right gets to send one.
    onRequest: async (request, reply) => {
      const signal = signalOf(reply)
      signals.set(request, signal)
      if (route.access === 'public') return
      const scope = await readCaller(request, signal)
      scopes.set(request, scope)
      assertMayCall(route, scope)
    },
    preHandler: (request, _reply, done) => {
      if (!route.body && !route.multipart && request.body !== undefined)
        throw inputInvalid('This takes no body.')
      refuseUnstorableText(request.query)
      refuseUnstorableText(request.body)
      done()
    },
    handler: async (request, reply) => {
      const call = {
        scope: scopes.get(request),
        params: request.params,
        query: request.query,
        body: request.body,
        request,
        signal: signals.get(request),
        renew: async () => {
          const scope = await readCaller(request, signals.get(request) ?? signalOf(reply))
          assertMayCall(route, scope)
          return scope
        },
      }
      const work = () => route.handle(call as Call<never, never, never, never>)
      const todo = { work, usual: usualStatus(route), isSecret: showsSecret(route) }
      const result = await answerOnce(request, call.scope, todo, once)
      return send(result, route, reply)
    },
  })
}

async function readScope(
  route: Route,
  request: FastifyRequest,
  own: Pick<Credential, 'signal' | 'known'>,
  authenticate: ServerOptions['authenticate'],
): Promise<Scope> {
  const secret = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (!secret) throw missingCredential()
  return authenticate({
    secret,
    address: request.ip,
    userAgent: request.headers['user-agent'],
    origin: request.headers.origin,
    access: route.access,
    requestId: request.id,
    ...own,
  })
}

/** @throws auth.forbidden */
function assertMayCall(route: Route, scope: Scope): void {
  const may = route.access === 'authenticated' || scope.permissions.has(route.access as never)
  if (!route.levels.includes(scope.level)) {
    throw forbidden(
      `A ${scope.level} key cannot do this; it needs a key of the ${route.levels.join(' or ')}.`,
    )
  }
  if (!may) throw forbidden(`This key does not have the permission ${route.access}.`)
}

/** `request.raw`'s close fires as soon as the body is parsed; the reply's fires when the caller is gone or served. */
function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) controller.abort(callerGone())
  })
  return controller.signal
}

function usualStatus({ responses }: Route): number {
  return Number(Object.keys(responses).find((status) => Number(status) < 300) ?? 200)
}

function send(result: unknown, route: Route, reply: FastifyReply) {
  const answer = result instanceof Answer ? result : new Answer(usualStatus(route), result)
  void reply.status(answer.status).headers(answer.headers)
  const spec = route.responses[answer.status]
  if (spec === undefined)
    throw new Error(`${route.method} ${route.path} does not declare status ${answer.status}`)
  if (spec === 'empty') return reply.send()
  if (answer.body === undefined) throw new Error(`${route.method} ${route.path} answered with nothing`)
  if ('bytes' in spec && !reply.hasHeader('content-type')) void reply.type(spec.bytes)
  return reply.send(answer.body)
}

function jsonResponses(route: Route): Record<string, TSchema> {
  const entries = Object.entries(route.responses).filter(([, spec]) => spec !== 'empty' && !('bytes' in spec))
  return Object.fromEntries(entries) as Record<string, TSchema>
}

/** An answer that does not match its own schema is a bug, and might be somebody else's data: it is not sent. */
function checkedJson(schema: TSchema) {
  const check = Compile(schema)
  return (data: unknown) => {
    if (!check.Check(data)) {
      const where = check.Errors(data).map((error) => `${error.instancePath} ${error.message}`)
      throw new Error(`the answer does not match its schema: ${where.join('; ')}`)
    }
    return JSON.stringify(data)
  }
}

/** Bytes that are not UTF-8 are refused rather than repaired: a repaired name is not the name that was sent. */
function addJsonParser(app: FastifyInstance) {
  const parse = app.getDefaultJsonParser('error', 'error')
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      void parse(request, utf8.decode(body as Buffer), done)
    } catch {
      done(
        inputInvalid('The body is not valid UTF-8.', {
          errors: [{ path: 'body', message: 'must be UTF-8' }],
        }),
      )
    }
  })
}

function addHeaders(app: FastifyInstance) {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers({
      'x-request-id': request.id,
      'cache-control': 'no-store',
      vary: 'Authorization',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    done()
  })
}
