import { Client } from 'pg'

/** A statement as it was sent, with what its transaction had set before it. */
export type Sent = { text: string; values: unknown[]; role: string; acting: string[]; isNamed: boolean }

type Query = (...args: unknown[]) => unknown

/**
 * Listens to everything that is sent over connections of this process; nothing is replaced. Statements are kept once
 * a role and text, with the values of the first time.
 */
export function recordStatements() {
  const prototype = Client.prototype as { query: Query }
  const { query } = prototype
  const acting = new WeakMap<object, string[]>()
  const sent = new Map<string, Sent>()
  let isOn = false

  prototype.query = function listen(this: object, ...args: unknown[]) {
    const { text, values, isNamed } = statementOf(args)
    if (/^begin\b/.test(text)) acting.set(this, [text])
    else if (text.startsWith('set local ')) acting.get(this)?.push(text)
    else if (isOn && /^\s*(select|with|insert|update|delete)\b/i.test(text) && !text.endsWith('; commit')) {
      const before = acting.get(this) ?? []
      const role = before.join(';').match(/set local role (\w+)(?!.*set local role)/s)?.[1] ?? 'none'
      const key = `${role}: ${text}`
      if (!sent.has(key)) sent.set(key, { text, values, role, acting: [...before], isNamed })
    }
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

/** `query` takes a text and its values, or an object with both. */
function statementOf([first, second]: unknown[]) {
  const given = typeof first === 'object' && first !== null ? first : { text: first, values: second }
  return {
    text: 'text' in given && typeof given.text === 'string' ? given.text : '',
    values: 'values' in given && Array.isArray(given.values) ? given.values : [],
    isNamed: 'name' in given && given.name !== undefined,
  }
}
