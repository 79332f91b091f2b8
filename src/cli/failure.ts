const exits = {
  ok: { code: 0, meaning: 'ok' },
  bug: { code: 1, meaning: 'a bug in Bulkhead' },
  usage: { code: 2, meaning: 'wrong arguments, settings or input' },
  notFound: { code: 3, meaning: 'not found' },
  denied: { code: 4, meaning: 'key missing, refused or without the right' },
  upstream: { code: 5, meaning: 'server or database not reachable or out of order' },
  failedCheck: { code: 6, meaning: 'a check failed' },
} as const

/** What the process ends with. Scripts depend on these numbers. */
export function exitCodeOf(outcome: keyof typeof exits): number {
  return exits[outcome].code
}

export function describeExitCodes(): string {
  return Object.values(exits)
    .map(({ code, meaning }) => `${code} ${meaning}`)
    .join(', ')
}

export type FailureKind = Exclude<keyof typeof exits, 'ok' | 'bug'>

type Extras = {
  /** What the reader can do about it. */
  advice?: string | undefined
  /** One line each, below the message. */
  details?: string[]
}

/** An expected failure of a command: shown as sentences, never with a stack. */
export class CommandFailure extends Error {
  readonly kind: FailureKind
  readonly advice: string | undefined
  readonly details: string[]

  constructor(kind: FailureKind, message: string, { advice, details = [] }: Extras = {}) {
    super(message)
    this.name = 'CommandFailure'
    this.kind = kind
    this.advice = advice
    this.details = details
  }
}

/** The problem document that the server answered with. */
export type Problem = {
  status: number
  code: string
  detail: string
  request_id: string
  errors?: { path: string; message: string }[]
}

export class RefusedRequest extends CommandFailure {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(kindOf(problem), problem.detail, {
      advice: adviceFor(problem),
      details: (problem.errors ?? [])
        .map(({ path, message }) => `${path}: ${message}`)
        .filter((line) => line !== problem.detail),
    })
    this.name = 'RefusedRequest'
    this.problem = problem
  }
}

/** 402 is a right that is used up; 429 passes by itself, as a server that is down does. */
export function kindOf({ status, code }: Pick<Problem, 'status' | 'code'>): FailureKind {
  if (code === 'route.not_found') return 'upstream'
  if (status === 401 || status === 402 || status === 403) return 'denied'
  if (status === 404) return 'notFound'
  if (status === 429 || status >= 500) return 'upstream'
  return 'usage'
}

function adviceFor({ status, code, request_id: requestId }: Problem): string | undefined {
  if (code === 'route.not_found') return 'Is the server at this address Bulkhead, and of the same version?'
  if (status === 401) return 'Check the key in --key or BULKHEAD_KEY.'
  if (status === 429) return 'Try again in a moment.'
  if (status >= 500) return `The log of the server says more under ${requestId}.`
  if (code === 'spaces.not_found') return '`bulkhead space list` shows the spaces of this key.'
  if (code === 'tenants.not_found') return '`bulkhead tenant list` shows the tenants of this key.'
  return undefined
}
