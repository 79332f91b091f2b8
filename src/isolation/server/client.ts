import type { Fetch } from './server.ts'

export type Reply<Body> = { status: number; headers: Headers; body: Body }

type Options = { headers?: Record<string, string>; signal?: AbortSignal }

/** A caller of the API with one key. `Body` is what the caller expects of the answer and has to check. */
export type Api = {
  get: <Body = unknown>(path: string, options?: Options) => Promise<Reply<Body>>
  post: <Body = unknown>(path: string, body?: unknown, options?: Options) => Promise<Reply<Body>>
  patch: <Body = unknown>(path: string, body: unknown, options?: Options) => Promise<Reply<Body>>
  put: <Body = unknown>(path: string, body: unknown, options?: Options) => Promise<Reply<Body>>
  delete: <Body = unknown>(path: string, options?: Options) => Promise<Reply<Body>>
  /** `POST /v1/files`; the fields come before the file, as the server needs them first. */
  upload: <Body = unknown>(
    name: string,
    content: string | Uint8Array<ArrayBuffer>,
    fields?: Record<string, string>,
  ) => Promise<Reply<Body>>
  /** Anything else: a raw body, another method. Strings and bytes are sent as they are. */
  send: <Body = unknown>(method: string, path: string, init?: RequestInit) => Promise<Reply<Body>>
}

/** @param key left out: no `Authorization` header */
export function client(url: string, key?: string, send: Fetch = fetch): Api {
  const request = async <Body>(
    method: string,
    path: string,
    init: RequestInit = {},
  ): Promise<Reply<Body>> => {
    const headers = new Headers(init.headers)
    if (key !== undefined && !headers.has('authorization')) headers.set('authorization', `Bearer ${key}`)
    const response = await send(new URL(path, url), { ...init, method, headers, redirect: 'manual' })
    return { status: response.status, headers: response.headers, body: await readBody<Body>(response) }
  }
  const sendJson = <Body>(method: string, path: string, body: unknown, { headers, signal }: Options = {}) =>
    request<Body>(method, path, {
      ...(signal ? { signal } : {}),
      ...(body === undefined
        ? { headers: { ...headers } }
        : { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }),
    })
  return {
    get: (path, options) => sendJson('GET', path, undefined, options),
    post: (path, body, options) => sendJson('POST', path, body, options),
    patch: (path, body, options) => sendJson('PATCH', path, body, options),
    put: (path, body, options) => sendJson('PUT', path, body, options),
    delete: (path, options) => sendJson('DELETE', path, undefined, options),
    upload: (name, content, fields = {}) => {
      const form = new FormData()
      for (const [field, value] of Object.entries(fields)) form.append(field, value)
      form.append('file', new Blob([content]), name)
      return request('POST', '/v1/files', { body: form })
    },
    send: request,
  }
}

/** JSON parsed, text as text, everything else as bytes. */
async function readBody<Body>(response: Response): Promise<Body> {
  const type = response.headers.get('content-type') ?? ''
  const bytes = new Uint8Array(await response.arrayBuffer())
  const text = new TextDecoder().decode(bytes)
  const isJson = /^application\/(\w+\+)?json/.test(type) && text !== ''
  const body = isJson ? JSON.parse(text) : type.startsWith('text/') ? text : bytes
  return body
}
