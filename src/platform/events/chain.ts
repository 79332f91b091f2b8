import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { formatId } from '../ids.ts'
import type { Scope } from '../scope/index.ts'
import { commitmentOf, type Details } from './details.ts'

/** Whose events: a tenant's, a partner's, or the platform's. */
export type Chain = { level: 'tenant' | 'admin'; id: string }

/** In the place of a partner's id. */
const platformChain = '00000000-0000-0000-0000-000000000000'

/** What the first event of a chain is tied to. */
export const genesis = Buffer.alloc(32)

/** An event as its chain has it. Ids as everybody sees them; `details` may lack values that were taken out. */
export type Entry = {
  chain: string
  id: number
  uid: string
  type: string
  created_at: string
  space_id: string | null
  folder_id: string | null
  file_id: string | null
  subject: { type: string; id: string }
  actor: { type: string; id: string }
  acting_as: string | null
  request_id: string
  outcome: string
  details: Details
  previous_hash: string
}

type Row = {
  id: string
  type: string
  space_id?: string | null
  folder_id?: string | null
  file_id?: string | null
  subject_type: string
  subject_id: string
  actor_type: string
  actor_id: string
  user_id?: string | null
  request_id: string
  outcome: string
  details: unknown
  created_at: Date
}

/** Where what is done under a scope is recorded. */
export function chainOf(scope: Scope): Chain {
  if (scope.level === 'tenant') return { level: 'tenant', id: scope.tenantId }
  return { level: 'admin', id: scope.level === 'partner' ? scope.partnerId : platformChain }
}

export function chainName({ level, id }: Chain): string {
  if (level === 'tenant') return formatId('ten', id)
  return id === platformChain ? 'platform' : formatId('ptn', id)
}

export function entryOf(chain: Chain, row: Row, number: number, previousHash: Buffer): Entry {
  const { space_id: space, folder_id: folder, file_id: file, user_id: user } = row
  return {
    chain: chainName(chain),
    id: number,
    uid: formatId('evt', row.id),
    type: row.type,
    created_at: row.created_at.toISOString(),
    space_id: space ? formatId('spc', space) : null,
    folder_id: folder ? formatId('fld', folder) : null,
    file_id: file ? formatId('fil', file) : null,
    subject: { type: row.subject_type, id: row.subject_id },
    actor: { type: row.actor_type, id: row.actor_id },
    acting_as: user ? formatId('usr', user) : null,
    request_id: row.request_id,
    outcome: row.outcome,
    details: row.details as Details,
    previous_hash: previousHash.toString('hex'),
  }
}

/**
 * SHA-256 over the entry's canonical JSON (RFC 8785), in which each detail is its commitment: whatever is changed in an
 * entry, or in one before it, changes this.
 */
export function hashOf(entry: Entry): Buffer {
  const details = Object.fromEntries(
    Object.entries(entry.details).map(([name, detail]) => [name, commitmentOf(detail)]),
  )
  return createHash('sha256')
    .update(canonicalize({ ...entry, details }) ?? '')
    .digest()
}
