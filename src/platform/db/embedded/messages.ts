import type { Parameter } from './wire.ts'

/*
 * Messages of the frontend/backend protocol 3.0, PostgreSQL's documentation chapter 54.7: a letter, the length of all
 * but the letter as a 32-bit integer, the body. The startup messages have no letter.
 */

export function query(text: string): Uint8Array<ArrayBuffer> {
  return message('Q', text, 0)
}

/** Ends whatever a client left behind: a COPY, a failed batch, a transaction, settings, its prepared statements. */
export function farewell(statements: Iterable<string>): Uint8Array<ArrayBuffer>[] {
  const closings = Array.from(statements, (name) => message('C', 'S', name, 0))
  return [
    message('f', 'the client has gone', 0),
    message('S'),
    query('rollback'),
    query('reset all'),
    ...closings,
    message('S'),
  ]
}

/** What a server says to a startup message. The session is ready, and nobody is asked for a password. */
export function greeting(parameters: Parameter[], key: { processId: number; secret: number }) {
  return Buffer.concat([
    message('R', int32(0)),
    ...parameters.map(({ name, value }) => message('S', name, 0, value, 0)),
    message('K', int32(key.processId), int32(key.secret)),
    ready(),
  ])
}

export function ready() {
  return message('Z', 'I')
}

export function failure(severity: 'ERROR' | 'FATAL', code: string, text: string) {
  const fields = { S: severity, V: severity, C: code, M: text }
  return message('E', ...Object.entries(fields).flatMap(([field, value]) => [field, value, 0]), 0)
}

type Piece = string | number | Uint8Array

/** Numbers are single bytes, as the zero after each string. */
function message(letter: string, ...pieces: Piece[]): Uint8Array<ArrayBuffer> {
  const body = Buffer.concat(pieces.map(encode))
  return new Uint8Array(Buffer.concat([Buffer.from(letter), int32(body.length + 4), body]))
}

function encode(piece: Piece): Uint8Array {
  if (typeof piece === 'number') return Uint8Array.of(piece)
  return typeof piece === 'string' ? Buffer.from(piece) : piece
}

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
