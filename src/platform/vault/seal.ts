import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const format = 1
const ivBytes = 12
const tagBytes = 16
const headerBytes = 1 + 4 + ivBytes

/** Bytes that sealing adds: format u8, key version u32, nonce 12, tag 16. */
export const sealOverheadBytes = headerBytes + tagBytes

/** What was sealed for another place, with another key, or changed since, does not open. */
export class SealBroken extends Error {
  /** @param place where it lies: tenant, table, row and column, for the log */
  constructor(why: string, place: string) {
    super(`sealed content does not open: ${why} (${place})`)
    this.name = 'SealBroken'
  }
}

/** One data key of a tenant: 32 random bytes and its number. */
export type DataKey = { version: number; secret: Buffer }

/**
 * AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits. `place` is authenticated but not stored: sealed content
 * that is moved to another row, table or tenant does not open there.
 */
export function seal({ version, secret }: DataKey, place: string, plain: Uint8Array): Buffer {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv(algorithm, secret, iv).setAAD(Buffer.from(place))
  const header = Buffer.alloc(5)
  header.writeUInt8(format)
  header.writeUInt32BE(version, 1)
  return Buffer.concat([header, iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** The number of the key that sealed it. @throws SealBroken */
export function keyVersionOf(sealed: Buffer, place: string): number {
  if (sealed.length < sealOverheadBytes) throw new SealBroken('it is too short', place)
  if (sealed.readUInt8() !== format) throw new SealBroken('its format is unknown', place)
  return sealed.readUInt32BE(1)
}

/** @throws SealBroken */
export function unseal({ secret }: DataKey, place: string, sealed: Buffer): Buffer {
  keyVersionOf(sealed, place)
  const iv = sealed.subarray(5, headerBytes)
  const tag = sealed.subarray(sealed.length - tagBytes)
  const decipher = createDecipheriv(algorithm, secret, iv, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(place)).setAuthTag(tag)
  const plain = decipher.update(sealed.subarray(headerBytes, sealed.length - tagBytes))
  try {
    // GCM holds nothing back: this only authenticates.
    decipher.final()
    return plain
  } catch {
    throw new SealBroken('wrong key, wrong place, or changed', place)
  }
}

/**
 * Says which texts are equal, and nothing else to anybody without the key: HMAC-SHA-256 with a key of its own for each
 * `place`, made of the data key by HKDF (RFC 5869). Another data key gives others.
 */
export function fingerprint({ secret }: DataKey, place: string, text: string): string {
  const own = Buffer.from(hkdfSync('sha256', secret, '', `fingerprint of ${place}`, 32))
  return createHmac('sha256', own).update(text).digest('base64url').slice(0, 22)
}
