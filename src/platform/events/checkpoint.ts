import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto'
import canonicalize from 'canonicalize'

/** What is left of entries whose time was over: the last one that went, after which the chain goes on. */
export type Checkpoint = {
  format: typeof checkpointFormat
  chain: string
  id: number
  hash: string
  created_at: string
  /** 32 bytes of Ed25519, in hexadecimal. */
  public_key: string
  /** 64 bytes over the canonical JSON (RFC 8785) of all but itself, in hexadecimal. */
  signature: string
}

export const checkpointFormat = 'bulkhead-checkpoint-1'

export type SigningKey = { key: KeyObject; publicKey: string }

/** An Ed25519 key (RFC 8032) in PKCS #8 is this, followed by its 32 bytes (RFC 8410). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The key that a server signs checkpoints with: always the same for the same secret, which it does not give away (HKDF, RFC 5869). */
export function signingKeyOf(secret: Uint8Array): SigningKey {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'bulkhead audit checkpoints', 32))
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' })
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  return { key, publicKey: Buffer.from(x, 'base64url').toString('hex') }
}

export function signCheckpoint(
  last: { chain: string; id: number; hash: string },
  at: Date,
  { key, publicKey }: SigningKey,
): Checkpoint {
  const unsigned = {
    format: checkpointFormat,
    ...last,
    created_at: at.toISOString(),
    public_key: publicKey,
  } as const
  return { ...unsigned, signature: sign(null, signedPart(unsigned), key).toString('hex') }
}

/** Whether it is what was signed with the key it names; whose key that is it does not say. */
export function isSigned({ signature, ...unsigned }: Checkpoint): boolean {
  const x = Buffer.from(unsigned.public_key, 'hex').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return verify(null, signedPart(unsigned), key, Buffer.from(signature, 'hex'))
}

function signedPart(unsigned: Omit<Checkpoint, 'signature'>): Buffer {
  return Buffer.from(canonicalize(unsigned) ?? '')
}
