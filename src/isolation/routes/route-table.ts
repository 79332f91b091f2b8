import { client } from '../server/client.ts'
import type { Server } from '../server/server.ts'

/** The part of a JSON schema that tells where ids stand. */
export type Schema = {
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  type?: string
}

/** Where a field of a request stands. */
export type Part = 'params' | 'query' | 'body' | 'form'

/** A route as the server describes it. */
export type Route = {
  /** `GET /v1/files/{id}` */
  name: string
  method: string
  path: string
  /** The permission it needs, `authenticated` or `public`. */
  access: string
  /** The levels of keys that may come at all. */
  levels: string[]
  /** The fields it takes, by where they stand. */
  fields: Record<Part, Record<string, Schema>>
}

type Document = { info: { version: string }; paths: Record<string, Record<string, Operation>> }
type Operation = {
  'x-access'?: string
  'x-levels'?: string[]
  parameters?: { in: string; name: string; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}

export type RouteTable = { version: string; routes: Route[] }

/**
 * The routes of the running server, from its own OpenAPI document: what is tested is what it serves, whatever its version.
 * @throws Error when it serves no such document, or one that does not say who may call
 */
export async function readRouteTable(server: Server): Promise<RouteTable> {
  const { status, body } = await client(server.url, undefined, server.fetch).get<Document>('/v1/openapi.json')
  if (status !== 200) throw new Error(`/v1/openapi.json was answered with ${status}.`)
  const routes = Object.entries(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => routeOf(path, method.toUpperCase(), operation)),
  )
  return { version: body.info.version, routes }
}

function routeOf(path: string, method: string, operation: Operation): Route {
  const { 'x-access': access, 'x-levels': levels } = operation
  const name = `${method} ${path}`
  if (access === undefined || levels === undefined) throw new Error(`${name} does not say who may call it.`)
  return { name, method, path, access, levels, fields: fieldsOf(operation) }
}

function fieldsOf({ parameters = [], requestBody }: Operation): Route['fields'] {
  const content = requestBody?.content ?? {}
  const placed = (where: string) =>
    Object.fromEntries(parameters.filter((p) => p.in === where).map(({ name, schema }) => [name, schema]))
  return {
    params: placed('path'),
    query: placed('query'),
    body: content['application/json']?.schema.properties ?? {},
    form: content['multipart/form-data']?.schema.properties ?? {},
  }
}
