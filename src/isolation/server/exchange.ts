import type { Server } from './server.ts'

/** What a route is called with: the fields of its schemas, or a form with a file. */
export type Sample = {
  params?: Record<string, string>
  query?: Record<string, unknown>
  body?: Record<string, unknown>
  form?: Record<string, string>
}

/** An answer to the byte, but for what differs by nature. */
export type Answered = { status: number; headers: Record<string, string>; body: string }

type Target = { method: string; path: string }

/** Calls a route as a sample says. `init` goes over what the sample makes of the request. */
export async function exchange(
  server: Server,
  key: string | undefined,
  route: Target,
  sample: Sample,
  init: RequestInit = {},
): Promise<Answered> {
  const authorization: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` }
  const { body, headers } = bodyOf(sample)
  const send = server.fetch ?? fetch
  const response = await send(new URL(pathOf(route, sample), server.url), {
    method: route.method,
    ...(body === undefined ? {} : { body }),
    redirect: 'manual',
    ...init,
    headers: { ...headers, ...authorization, ...Object.fromEntries(new Headers(init.headers)) },
  })
  const text = Buffer.from(await response.arrayBuffer()).toString('latin1')
  return {
    status: response.status,
    headers: comparable(response.headers),
    body: text
      .replaceAll(/("request_id":"req_|"id":"ans_|"id":"sea_)[0-9a-z]+/g, '$1…')
      .replaceAll(/"took_ms":[0-9.]+/g, '"took_ms":0')
      .replaceAll(/"since":"[^"]+"/g, '"since":"…"'),
  }
}

function pathOf({ path }: Target, { params = {}, query = {} }: Sample): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = new URLSearchParams(
    // A list is the same field several times.
    Object.entries(query).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, String(one)]),
    ),
  )
  return search.size > 0 ? `${filled}?${search.toString()}` : filled
}

/** The problem document's code, or undefined for an answer that is none. */
export function codeOf({ headers, body }: Answered): string | undefined {
  if (!headers['content-type']?.startsWith('application/problem+json')) return undefined
  const problem: { code: string } = JSON.parse(body)
  return problem.code
}

function bodyOf({ body, form }: Sample): { body?: FormData | string; headers: Record<string, string> } {
  if (form) {
    const data = new FormData()
    for (const [name, value] of Object.entries(form)) data.append(name, value)
    data.append('file', new Blob(['sample']), 'sample.txt')
    return { body: data, headers: {} }
  }
  if (body) return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  return { headers: {} }
}

function comparable(headers: Headers): Record<string, string> {
  const { 'x-request-id': _id, date: _date, ...rest } = Object.fromEntries(headers)
  // The digits of a duration decide about the length.
  const { 'content-length': length, ...others } = rest
  return rest['content-type']?.startsWith('application/json') || length === undefined
    ? others
    : { ...others, 'content-length': length }
}
