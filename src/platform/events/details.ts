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

/** Hash of a piece: SHA-256 over its salt's bytes and its canonical JSON (RFC 8785), in hexadecimal. */
export function commitmentOf(detail: Detail): string {
  if ('commitment' in detail) return detail.commitment
  return createHash('sha256')
    .update(Buffer.from(detail.salt, 'hex'))
    .update(canonicalize(detail.value) ?? '')
    .digest('hex')
}
