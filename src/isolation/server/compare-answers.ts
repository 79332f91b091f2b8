import { type Answered, codeOf } from './exchange.ts'

type Ask = () => Promise<Answered>

/** The answer that others have to be like. It is asked for anew when one is not: it may be another by now itself. */
export type Reference = { ask: Ask; latest: Answered }

export async function createReference(ask: Ask): Promise<Reference> {
  return { ask, latest: await ask() }
}

const mostMoves = 20

/**
 * How an answer differs from the reference, where that one stays what it is. A file that becomes ready meanwhile, or a
 * count that goes up, changes both: then both are asked for again.
 */
export async function differenceFrom(reference: Reference, ask: Ask): Promise<string | undefined> {
  for (let moves = 0; ; moves++) {
    const expected = reference.latest
    const difference = differenceOf(await ask(), expected)
    if (difference === undefined) return undefined
    reference.latest = await reference.ask()
    if (moves === mostMoves || differenceOf(reference.latest, expected) === undefined) return difference
  }
}

/** How an answer differs from the one it has to be like to the byte; undefined when it does not. Holds no content. */
function differenceOf(answer: Answered, expected: Answered): string | undefined {
  if (answer.status !== expected.status) return `answered ${inWords(answer)} instead of ${inWords(expected)}`
  const names = Object.keys({ ...answer.headers, ...expected.headers })
  const header = names.find((name) => answer.headers[name] !== expected.headers[name])
  if (header) return `answered with another header ${header}`
  if (withoutCursor(answer.body) === withoutCursor(expected.body)) return undefined
  return `answered another body (${inWords(answer)}, ${answer.body.length} bytes instead of ${expected.body.length})`
}

/** A cursor names the request that it goes on with, and so the id that stands in it. */
function withoutCursor(body: string): string {
  return body.replaceAll(/"next_cursor":"[^"]*"/g, '"next_cursor":"…"')
}

function inWords(answer: Answered): string {
  const code = codeOf(answer)
  return code === undefined ? String(answer.status) : `${answer.status} ${code}`
}
