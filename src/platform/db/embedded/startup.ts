/** The first message of a connection, which has no letter (protocol 3.0, documentation chapter 54.2). */
export type Startup =
  | { kind: 'encryption' }
  | { kind: 'cancel'; processId: number; secret: number }
  | { kind: 'session' }
  | { kind: 'refused'; code: string; reason: string }

const protocolVersion = 196_608
const cancelRequest = 80_877_102
const sslRequest = 80_877_103
const gssRequest = 80_877_104

/** There is one user and one database, and text is UTF-8 in any case. */
const harmlessSettings = new Set(['user', 'database', 'application_name', 'client_encoding'])

/** `message` is whole, its length included. */
export function readStartup(message: Buffer): Startup {
  switch (message.length < 8 ? 0 : message.readInt32BE(4)) {
    case sslRequest:
    case gssRequest:
      return { kind: 'encryption' }
    case cancelRequest:
      return { kind: 'cancel', processId: message.readInt32BE(8), secret: message.readInt32BE(12) }
    case protocolVersion:
      return checkSettings(message.toString('utf8', 8).split('\0'))
    default:
      return { kind: 'refused', code: '08P01', reason: 'only version 3.0 of the protocol is spoken here' }
  }
}

/** `words` are names and values in turn, until an empty name. */
function checkSettings(words: string[]): Startup {
  for (let i = 0; words[i]; i += 2) {
    if (harmlessSettings.has(words[i] ?? '')) continue
    const reason = `"${words[i]}" cannot be set for one connection: all connections to the embedded database share a session`
    return { kind: 'refused', code: '0A000', reason }
  }
  return { kind: 'session' }
}
