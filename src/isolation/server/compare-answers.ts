import { type Answered, codeOf } from './exchange.ts'

/** How an answer differs from the one it has to be like to the byte; undefined when it does not. Holds no content. */
export function differenceOf(answer: Answered, expected: Answered): string | undefined {
  if (answer.status !== expected.status) return `answered ${inWords(answer)} instead of ${inWords(expected)}`
  const names = Object.keys({ ...answer.headers, ...expected.headers })
  const header = names.find((name) => answer.headers[name] !== expected.headers[name])
  if (header) return `answered with another header ${header}`
  if (answer.body === expected.body) return undefined
  return `answered another body (${inWords(answer)}, ${answer.body.length} bytes instead of ${expected.body.length})`
}

function inWords(answer: Answered): string {
  const code = codeOf(answer)
  return code === undefined ? String(answer.status) : `${answer.status} ${code}`
}
