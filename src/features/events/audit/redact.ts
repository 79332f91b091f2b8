import { sql } from 'kysely'
import type { Static } from 'typebox'
import { inOwnTransaction } from '#features/access/index.ts'
import type { AdminTx, Db, TenantTx } from '#platform/db/index.ts'
import {
  type Chain,
  chainName,
  chainOf,
  commitmentOf,
  type DetailName,
  detailNames,
  type Details,
} from '#platform/events/index.ts'
import { inputInvalid } from '#platform/errors.ts'
import { formatId, parseId } from '#platform/ids.ts'
import type { Scope } from '#platform/scope/index.ts'
import { namedNotFound } from '../errors.ts'
import type { RedactionBody } from '../schemas.ts'
import { tablesOf } from '../tables.ts'

/** Whom or what nothing is to be said of any more, by id; or out of which entries, by number, which pieces. */
export type Redaction = { about: string } | { entries: number[]; details: readonly DetailName[] }

/** @throws input.invalid unless exactly one way to name entries is taken */
export function readRedaction({ about, entries, details }: Static<typeof RedactionBody>): Redaction {
  if (about !== undefined && entries === undefined && details === undefined) return { about }
  if (entries !== undefined && about === undefined) return { entries, details: details ?? detailNames }
  const message = 'name either about, or entries and if need be details of these'
  throw inputInvalid(message, { errors: [{ path: 'about', message }] })
}

type Redacted = { entries: number; details: number }

/** Entries that are read, and changed, in one transaction. */
const atOnce = 500

/**
 * Takes pieces out of entries of the caller's chain, with their salts: the commitments stay, and with them the chain. One
 * that was cut off has done a part and is asked for again.
 * @returns entries that were changed, and pieces that were taken out of them
 * @throws events.named_not_found where no entry is about what was named
 */
export async function redact(
  scope: Scope,
  redaction: Redaction,
  signal: AbortSignal,
  db: Db,
): Promise<Redacted> {
  const chain = chainOf(scope)
  const done: Redacted = { entries: 0, details: 0 }
  for (let beyond: number | undefined = 0; beyond !== undefined;) {
    signal.throwIfAborted()
    const from: number = beyond
    beyond = await inOwnTransaction(scope, db, async (tx) => {
      const rows = await findSome(tx, chain, redaction, from)
      if (rows.length === 0 && from === 0) throw namedNotFound()
      const changes = rows.flatMap((row) => changeOf(row, redaction))
      await (from === 0 ? tell(tx, chain, redaction) : tx.unrecorded('tidying'))
      await write(tx, chain, changes)
      done.entries += changes.length
      done.details += changes.reduce((sum, { taken }) => sum + taken, 0)
      return rows.length < atOnce ? undefined : rows.at(-1)?.number
    })
  }
  return done
}

type Row = {
  number: number
  subject_id: string
  actor_id: string
  user_id?: string | null
  details: Details
}

async function findSome(tx: TenantTx | AdminTx, chain: Chain, redaction: Redaction, beyond: number) {
  const { events, owner } = tablesOf(chain)
  const { rows } = await sql<Row>`select * from ${events} where ${owner} = ${chain.id} and number > ${beyond}
    and ${named(chain, redaction)} order by number limit ${atOnce}`.execute(tx.kysely)
  return rows
}

function named(chain: Chain, redaction: Redaction) {
  if ('entries' in redaction) return sql`number = any(${redaction.entries}::bigint[])`
  const { about } = redaction
  const user = chain.level === 'tenant' ? parseId('usr', about) : undefined
  return sql`(actor_id = ${about} or subject_id = ${about}${user ? sql` or user_id = ${user}::uuid` : sql``})`
}

const ofActor = ['actor_name', 'acting_as_name', 'address', 'user_agent'] as const
const ofSubject = ['subject_name', 'data'] as const

function piecesOf(row: Row, redaction: Redaction): readonly DetailName[] {
  if ('entries' in redaction) return redaction.details
  const { about } = redaction
  const user = row.user_id ? formatId('usr', row.user_id) : undefined
  const hasActed = row.actor_id === about || user === about
  return [...(hasActed ? ofActor : []), ...(row.subject_id === about ? ofSubject : [])]
}

/** None for an entry that says nothing of it any more. */
function changeOf(row: Row, redaction: Redaction) {
  const pieces = new Set<string>(piecesOf(row, redaction))
  let taken = 0
  const details: Details = {}
  for (const name of detailNames) {
    const detail = row.details[name]
    if (!detail) continue
    const goes = pieces.has(name) && 'value' in detail
    details[name] = goes ? { commitment: commitmentOf(detail) } : detail
    if (goes) taken++
  }
  return taken === 0 ? [] : [{ number: row.number, details: JSON.stringify(details), taken }]
}

async function write(tx: TenantTx | AdminTx, chain: Chain, changes: { number: number; details: string }[]) {
  if (changes.length === 0) return
  const { events, owner } = tablesOf(chain)
  await tx.withArchivistRole((kysely) =>
    sql`update ${events} as e set details = c.details
      from unnest(${changes.map((c) => c.number)}::bigint[], ${changes.map((c) => c.details)}::jsonb[]) as c(number, details)
      where e.${owner} = ${chain.id} and e.number = c.number`.execute(kysely),
  )
}

function tell(tx: TenantTx | AdminTx, chain: Chain, redaction: Redaction): Promise<void> {
  return tx.record({
    type: 'audit.redacted',
    subject: { type: 'chain', id: chainName(chain) },
    data: redaction,
  })
}
