import { TypeID, typeid } from 'typeid-js'

/** Prefix of every public id; what the letters stand for is in the API guide. */
export type IdPrefix =
  | 'ptn'
  | 'ten'
  | 'spc'
  | 'fld'
  | 'fil'
  | 'ver'
  | 'chk'
  | 'key'
  | 'ptk'
  | 'usr'
  | 'grp'
  | 'rol'
  | 'inv'
  | 'gra'
  | 'job'
  | 'ans'
  | 'sea'
  | 'evt'
  | 'whk'
  | 'msg'
  | 'alr'

/** Where new ids come from, so that tests can make them predictable. */
export type Ids = { uuid: () => string }

/** UUIDv7: time-ordered for the database's indexes, 74 random bits so that none can be guessed. */
export const randomIds: Ids = { uuid: () => typeid().toUUID() }

/** The public form of a database id: `fil_01h…`, 26 characters of Crockford base 32 after the prefix. */
export function formatId(prefix: IdPrefix, uuid: string): string {
  return TypeID.fromUUID(prefix, uuid).toString()
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The database id of a public one, or undefined when the text is no id of this kind. */
export function parseId(prefix: IdPrefix, text: string): string | undefined {
  if (text.length !== prefix.length + 27 || !text.startsWith(`${prefix}_`)) return undefined
  try {
    const uuid = TypeID.fromString(text, prefix).toUUID()
    return uuidPattern.test(uuid) ? uuid : undefined
  } catch {
    return undefined
  }
}

export function isUuid(text: string): boolean {
  return uuidPattern.test(text)
}

/** Milliseconds since 1970 at which a UUIDv7 was made: its first 48 bits (RFC 9562, section 5.7). */
export function timeOfUuid(uuid: string): number {
  return Number.parseInt(uuid.replace('-', '').slice(0, 12), 16)
}
