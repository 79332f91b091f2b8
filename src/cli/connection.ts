import { CommandFailure, type Problem, RefusedRequest } from './failure.ts'

/** A caller of the API with one key. Answers are what the server's own schemas let out, so they are not checked again. */
export type Connection = {
  url: string
  get: <T>(path: string, query?: Query) => Promise<T>
  post: <T>(path: string, body?: unknown) => Promise<T>
  patch: <T>(path: string, body: unknown) => Promise<T>
  put: <T>(path: string, body: unknown) => Promise<T>
  delete: <T>(path: string) => Promise<T>
  /** Bytes, as they arrive; a connection that is lost on the way is told like one that was never made. */
  download: (path: string, query?: Query, init?: Sent) => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>
  /** Every item of a list, page after page. */
  list: <T>(path: string, query?: Query) => AsyncGenerator<T>
  /** Sends a form from wherever its files are, without holding them in memory. `onSent` hears of each piece. */
  upload: <T>(path: string, form: FormData, onSent: (bytes: number) => void) => Promise<T>
}

export type Query = Record<string, string | undefined>
type Sent = { headers?: Record<string, string>; signal?: AbortSignal }

/** @throws CommandFailure for what cannot be an address or a key */
export function connect(url: string, key: string): Connection {
  const base = parseAddress(url)
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new CommandFailure('usage', 'The key holds a character that no key has.', {
      advice: 'Check --key or BULKHEAD_KEY.',
    })
  }
  const request = (method: string, path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${key}`)
    const target = new URL(path.slice(1), base)
    return fetch(target, { ...init, method, headers, redirect: 'error' }).catch((error: unknown) => {
      throw unreachable(base, error)
    })
  }
  const send = async <T>(method: string, path: string, init?: RequestInit): Promise<T> =>
    read<T>(await request(method, path, init), base)
  const get = <T>(path: string, query?: Query) => send<T>('GET', withQuery(path, query))
  return {
    url: base.href,
    get,
    post: (path, body) => send('POST', path, body === undefined ? {} : jsonBody(body)),
    patch: (path, body) => send('PATCH', path, jsonBody(body)),
    put: (path, body) => send('PUT', path, jsonBody(body)),
    delete: (path) => send('DELETE', path),
    download: async (path, query, init) => {
      const response = await request('GET', withQuery(path, query), init)
      return response.ok && response.body
        ? ReadableStream.from(piecesOf(response.body, base))
        : read(response, base)
    },
    list: (path, query) => listPages(get, path, query),
    upload: (path, form, onSent) => send('POST', path, countedBody(form, onSent)),
  }
}

/**
 * People write it without a closing slash as often as with one.
 * @throws CommandFailure
 */
export function parseAddress(url: string): URL {
  const base = URL.canParse(url) ? new URL(url.endsWith('/') ? url : `${url}/`) : undefined
  if (base?.protocol !== 'http:' && base?.protocol !== 'https:') {
    throw new CommandFailure('usage', `"${url}" is not the address of a server.`, {
      advice: 'Give --url or BULKHEAD_URL as http://127.0.0.1:8620.',
    })
  }
  return base
}

function withQuery(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}

function jsonBody(body: unknown): RequestInit {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

async function* listPages<T>(get: Connection['get'], path: string, query?: Query): AsyncGenerator<T> {
  let cursor: string | undefined
  do {
    const page = await get<{ data: T[]; next_cursor: string | null }>(path, {
      limit: '200',
      ...query,
      cursor,
    })
    yield* page.data
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined)
}

function countedBody(form: FormData, onSent: (bytes: number) => void): RequestInit {
  const encoded = new Response(form)
  const counted = encoded.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (piece, controller) => {
        onSent(piece.byteLength)
        controller.enqueue(piece)
      },
    }),
  )
  // A stream can only be sent in half duplex, and only with its type spelt out.
  return { headers: encoded.headers, body: counted ?? null, duplex: 'half' }
}

async function* piecesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>, base: URL) {
  try {
    yield* body
  } catch (error) {
    throw new CommandFailure('upstream', `The connection to ${base.href} was lost (${reasonOf(error)}).`)
  }
}

async function read<T>(response: Response, base: URL): Promise<T> {
  const text = await response.text().catch((error: unknown) => {
    throw unreachable(base, error)
  })
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '')
  if (response.ok && (isJson || response.status === 204)) return JSON.parse(text || 'null')
  const body: unknown = isJson ? JSON.parse(text) : undefined
  throw isProblem(body)
    ? new RefusedRequest(body)
    : new CommandFailure('upstream', `${base.href} answered ${response.status}, but not as Bulkhead does.`, {
        advice: 'Check --url or BULKHEAD_URL, and any proxy in between.',
      })
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'status' in body
}

function unreachable(base: URL, error: unknown): CommandFailure {
  return new CommandFailure('upstream', `No answer from ${base.href} (${reasonOf(error)}).`, {
    advice: 'Start the server with `bulkhead serve`, or name another with --url or BULKHEAD_URL.',
  })
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  return 'code' in cause ? String(cause.code) : cause.message
}
