/** `fetch`, or one that goes about it more gently. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>

/** A running server, as anybody outside sees it. */
export type Server = { url: string; fetch?: Fetch }
