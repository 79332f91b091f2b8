import { sql } from 'kysely'
import { inOwnTransaction } from '#features/access/index.ts'
import type { AdminTx, Db, TenantTx } from '#platform/db/index.ts'
import {
  type Checkpoint,
  chainOf,
  signCheckpoint,
  type SigningKey,
  signingKeyOf,
} from '#platform/events/index.ts'
import type { Scope } from '#platform/scope/index.ts'
import type { Vault } from '#platform/vault/index.ts'
import { tablesOf } from '../tables.ts'

export type Signs = Pick<Vault, 'signingSecret'>

/** The same for all servers of an installation, whatever master key they have. */
export async function signingKey(vault: Signs): Promise<SigningKey> {
  return signingKeyOf(await vault.signingSecret())
}

/** Where the caller's chain goes on after entries that have ended; undefined where all are there. */
export function readCheckpoint(scope: Scope, db: Db): Promise<Checkpoint | undefined> {
  return inOwnTransaction(scope, db, async (tx) => {
    const chain = chainOf(scope)
    const { chains, owner } = tablesOf(chain)
    const { rows } = await sql<{ checkpoint: Checkpoint | null }>`select checkpoint from ${chains}
      where ${owner} = ${chain.id}`.execute(tx.kysely)
    return rows[0]?.checkpoint ?? undefined
  })
}

/** Nobody numbers events of the chain, or ends some, until the transaction does. */
export async function lockCheckpoint(tx: TenantTx | AdminTx): Promise<Checkpoint | undefined> {
  const chain = chainOf(tx.scope)
  const { chains, owner } = tablesOf(chain)
  const { rows } = await tx.withArchivistRole((kysely) =>
    sql<{
      checkpoint: Checkpoint | null
    }>`select checkpoint from ${chains} where ${owner} = ${chain.id} for update`.execute(kysely),
  )
  return rows[0]?.checkpoint ?? undefined
}

/** Ends the entries up to one, and keeps what was signed of it. */
export async function endEntries(
  tx: TenantTx | AdminTx,
  last: { chain: string; id: number; hash: string },
  at: Date,
  key: SigningKey,
): Promise<void> {
  const chain = chainOf(tx.scope)
  const { events, chains, owner } = tablesOf(chain)
  const checkpoint = JSON.stringify(signCheckpoint(last, at, key))
  await tx.withArchivistRole(async (kysely) => {
    await sql`update ${chains} set checkpoint = ${checkpoint}::jsonb where ${owner} = ${chain.id}`.execute(
      kysely,
    )
    await sql`delete from ${events} where ${owner} = ${chain.id} and number <= ${last.id}`.execute(kysely)
  })
}
