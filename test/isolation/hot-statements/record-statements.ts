import { Client } from 'pg'
import type { Statement } from '#platform/db/batch.ts'

/** A statement as it was sent, with what its transaction had begun with and set before it. */
export type Sent = { text: string; values: unknown[]; role: string; acting: Statement[]; isNamed: boolean }

type Query = (...args: unknown[]) => unknown

/**
 * Listens to everything that is sent over connections of this process; nothing is replaced. Statements are kept once
 * a role and text, with the values of the first time.
 */
export function recordStatements() {
  const prototype = Client.prototype as { query: Query }
  const { query } = prototype
  const acting = new WeakMap<object, Statement[]>()
  const sent = new Map<string, Sent>()
  let isOn = false

  const hear = (client: object, statement: Statement) => {
    const { text, values = [], name } = statement
    const before = acting.get(client) ?? []
    if (text === 'begin') acting.set(client, [statement])
    else if (text.startsWith('select set_config(')) before.push(statement)
    else if (
      isOn &&
      /^\s*(select|with|insert|update|delete)\b/i.test(text) &&
      !text.startsWith('select 1 / ')
    ) {
      const role = roleOf(before)
      const key = `${role}: ${text}`
      const isNamed = name !== undefined
      if (!sent.has(key)) sent.set(key, { text, values, role, acting: [...before], isNamed })
    }
  }
  prototype.query = function listen(this: object, ...args: unknown[]) {
    for (const statement of statementsOf(args)) hear(this, statement)
    return query.apply(this, args)
  }
  return {
    start: () => {
      isOn = true
    },
    /** What was sent since the start. */
    stop: (): Sent[] => {
      prototype.query = query
      return [...sent.values()]
    },
  }
}

/** `query` takes several statements for one message, or a text with its values. */
function statementsOf([first, second]: unknown[]): Statement[] {
  if (typeof first === 'string') return [{ text: first, values: Array.isArray(second) ? second : [] }]
  if (typeof first !== 'object' || first === null) return []
  if ('statements' in first) return first.statements as Statement[]
  return 'text' in first ? [first as Statement] : []
}

function roleOf(acting: Statement[]): string {
  const roles = acting.map(({ text, values = [] }) => {
    const [, place] = /'role', \$(\d+)/.exec(text) ?? []
    return place === undefined ? undefined : String(values[Number(place) - 1])
  })
  return roles.findLast((role) => role !== undefined) ?? 'none'
}
