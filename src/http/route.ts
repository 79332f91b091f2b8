import type { FastifyRequest } from 'fastify'
import type { Static, TObject, TSchema } from 'typebox'
import type { EventType } from '#platform/events/index.ts'
import type { Permission, Scope } from '#platform/scope/index.ts'

type Level = Scope['level']
type ScopeOf<L extends Level> = Extract<Scope, { level: L }>

/** What a handler is given: everything parsed and checked, and nothing of the web server but `request` for streams. */
export type Call<S, P, Q, B> = {
  scope: S
  params: P
  query: Q
  body: B
  request: FastifyRequest
  /** Ends when the caller goes away. */
  signal: AbortSignal
  /** Reads the credential anew, for answers that go on for long: whoever was let in may not be any more. */
  renew: () => Promise<S>
}

/** An answer with more than a body: another status, headers, or bytes. */
export class Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: Record<string, string>

  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    this.status = status
    this.body = body
    this.headers = headers
  }
}

/** How one response is described: a schema, or the media type of bytes, or nothing at all. */
export type ResponseSpec = TSchema | { bytes: string } | 'empty'

/**
 * A route as data. The server, the OpenAPI document, the generated tests and the docs are made from the same value.
 * `access` is required: there is no route whose right to exist nobody stated.
 */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** OpenAPI form: `/v1/files/{id}`. */
  path: string
  tag: string
  summary: string
  description?: string
  access: Permission | 'authenticated' | 'public'
  /** Which kinds of credential may come at all; the others get 403. Empty for public routes. */
  levels: readonly Level[]
  params?: TObject
  query?: TObject
  body?: TSchema
  /** Fields of a multipart form; the handler reads its parts from `request`. */
  multipart?: TObject
  responses: Record<number, ResponseSpec>
  /** What a request that succeeds may tell of. Left out: nothing is changed, and nothing of content is shown. */
  records?: readonly EventType[]
  handle: (call: Call<never, never, never, never>) => Promise<unknown>
}

/** Whether an answer has a field `secret`: it is shown this once, and nothing of it may be kept. */
export function showsSecret({ responses }: Pick<Route, 'responses'>): boolean {
  return Object.values(responses).some(
    (spec) =>
      typeof spec === 'object' && 'properties' in spec && Object.hasOwn(Object(spec.properties), 'secret'),
  )
}

type StaticOr<T, Otherwise> = T extends TSchema ? Static<T> : Otherwise

/** Types a route's handler from its schemas, its scope from its levels. */
export function route<
  const L extends Level = never,
  P extends TObject | undefined = undefined,
  Q extends TObject | undefined = undefined,
  B extends TSchema | undefined = undefined,
>(
  definition: Omit<Route, 'levels' | 'params' | 'query' | 'body' | 'handle'> & {
    levels: readonly L[]
    params?: P
    query?: Q
    body?: B
    handle: (
      call: Call<
        [L] extends [never] ? undefined : ScopeOf<L>,
        StaticOr<P, undefined>,
        StaticOr<Q, undefined>,
        StaticOr<B, undefined>
      >,
    ) => Promise<unknown>
  },
): Route {
  return definition as Route
}
