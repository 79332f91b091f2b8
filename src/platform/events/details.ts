import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A piece that may say who somebody is, with the salt it is hashed with; or, once it was taken out, its hash alone. */
export type Detail = { salt: string; value: Json } | { commitment: string }
export const detailNames = [
  'actor_name',
  'acting_as_name',
  'address',
  'user_agent',
  'subject_name',
  'data',
] as const
export type DetailName = (typeof detailNames)[number]
export type Details = Partial<Record<DetailName, Detail>>

/**
 * Hash of a piece: SHA-256 over its salt's bytes and its canonical JSON (RFC 8785), in hexadecimal.
 * @throws TypeError for what is no piece: a salt of another length, or a value beside a hash, could say another thing
 */
export function commitmentOf(detail: Detail): string {
  const names = Object.keys(detail).sort().join()
  if (names === 'commitment' && 'commitment' in detail && /^[0-9a-f]{64}$/.test(detail.commitment))
    return detail.commitment
  if (names !== 'salt,value' || !('salt' in detail) || !/^[0-9a-f]{32}$/.test(detail.salt))
    throw new TypeError('not a detail of an event')
  return createHash('sha256')
    .update(Buffer.from(detail.salt, 'hex'))
    .update(canonicalize(detail.value) ?? '')
    .digest('hex')
}
