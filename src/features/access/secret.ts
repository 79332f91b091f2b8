import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const randomLength = 32
const checksumLength = 6

/** What a secret is: of a key, of a portal token, or of the link of an invitation. */
export type SecretKind = 'bhk' | 'bhp' | 'bhi'

/**
 * A new secret: its kind, 32 random characters (190 bits) and 6 of CRC-32 in base 62, so that secret scanners can tell a
 * real one from a look-alike without asking.
 */
export function createSecret(kind: SecretKind): string {
  const body = `${kind}_${randomText(randomLength)}`
  return body + checksum(body)
}

/** Whether the text can be such a secret at all; what fails this never reaches the database. */
export function isWellFormedSecret(kind: SecretKind, text: string): boolean {
  const isShaped = text.startsWith(`${kind}_`) && /^[0-9A-Za-z]{38}$/.test(text.slice(4))
  return isShaped && text.endsWith(checksum(text.slice(0, -checksumLength)))
}

/** How a secret is stored and found. 190 random bits cannot be guessed, so no slow hash is needed. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** What people recognise a key by in a list. */
export function hintOf(secret: string): string {
  return `${secret.slice(0, 8)}…${secret.slice(-4)}`
}

/** Bytes of 248 and above are thrown away, so that every character is equally likely. */
function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += alphabet[byte % 62]
    }
  }
  return text
}

function checksum(body: string): string {
  let rest = crc32(body)
  let text = ''
  for (let i = 0; i < checksumLength; i++) {
    text = alphabet[rest % 62] + text
    rest = Math.floor(rest / 62)
  }
  return text
}
