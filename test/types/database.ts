/**
 * What must not compile: `tsc` fails when one of these lines has no error. Nothing here ever runs.
 */
import type { Db, PartnerTx, PlatformTx, SystemTx, TenantTx } from '#platform/db/index.ts'

export async function aPartnersTransactionHasNoContent({ kysely }: PartnerTx) {
  // @ts-expect-error no such table
  await kysely.selectFrom('files').selectAll().execute()
  // @ts-expect-error no such table
  await kysely.selectFrom('versions').selectAll().execute()
  // @ts-expect-error no such table
  await kysely.selectFrom('chunks').selectAll().execute()
  // @ts-expect-error no such table
  await kysely.selectFrom('index_blocks').selectAll().execute()
}

export async function norHasThePlatforms({ kysely }: PlatformTx) {
  // @ts-expect-error no such table
  await kysely.selectFrom('files').selectAll().execute()
  // @ts-expect-error no such table
  await kysely.selectFrom('chunks').selectAll().execute()
}

export async function norHasTheSystems({ kysely }: SystemTx) {
  // @ts-expect-error no such table
  await kysely.selectFrom('files').selectAll().execute()
  // @ts-expect-error no such table
  await kysely.selectFrom('chunks').selectAll().execute()
}

export async function aTenantHasNoPartners({ kysely }: TenantTx) {
  // @ts-expect-error no such table
  await kysely.selectFrom('partners').selectAll().execute()
}

export async function theSystemNeedsAReviewedReason(db: Db) {
  // @ts-expect-error not on the list in platform/db/roles.ts
  await db.system('just-looking', () => Promise.resolve())
  // @ts-expect-error there is no way without a door
  await db.query('select * from files')
}

export async function aColumnThatDoesNotExistIsAnError({ kysely }: TenantTx) {
  // @ts-expect-error no such column
  await kysely.selectFrom('files').select('password').execute()
}
