/**
 * The one session has one set of prepared statements, and two clients may use the same name for two statements. Each
 * name of a client is replaced by one of the session's own; the unnamed statement needs none, since a batch parses it
 * before using it. Portals need none either: they end with the transaction, and a transaction has one client.
 */
export type Statements = {
  /** The message in pieces, with the session's name in it if it names a statement. */
  rename: (message: Buffer) => Uint8Array[]
  /** The session's names of what this client has prepared and not closed. */
  names: () => string[]
}

/** Names that a process has given out; never used twice, so no client has to know of another. */
let prepared = 0

export function createStatements(): Statements {
  const names = new Map<string, string>()

  const renameAt = (message: Buffer, at: number): Uint8Array[] => {
    const end = message.indexOf(0, at)
    const name = message.toString('utf8', at, end)
    if (name === '' || end < 0) return [message]
    const replaced = Buffer.from(names.get(name) ?? `client statement ${++prepared}`)
    if (message[0] === letters.close) names.delete(name)
    else names.set(name, replaced.toString())
    const before = Buffer.from(message.subarray(0, at))
    before.writeInt32BE(message.length - 1 + replaced.length - (end - at), 1)
    return [before, replaced, message.subarray(end)]
  }
  return {
    rename: (message) => {
      const letter = message[0]
      if (letter === letters.parse) return renameAt(message, 5)
      if (letter === letters.bind) return renameAt(message, message.indexOf(0, 5) + 1)
      const isOfStatement = message[5] === letters.statement
      if (letter === letters.describe && isOfStatement) return renameAt(message, 6)
      if (letter === letters.close && isOfStatement) return renameAt(message, 6)
      return [message]
    },
    names: () => [...names.values()],
  }
}

const letters = { parse: 0x50, bind: 0x42, describe: 0x44, close: 0x43, statement: 0x53 }
