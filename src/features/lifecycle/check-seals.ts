import { finished } from 'node:stream/promises'
import { sql } from 'kysely'
import { BlobMissing, type Blobs } from '#adapters/blobs/port.ts'
import { operatorScope, operatorTenantScope } from '#features/access/index.ts'
import { type SealedTable, sealedTables } from '#features/rotation/index.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import { formatId } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { isUnopenable } from '#platform/vault/index.ts'
import { blobsInUse, listTenantIds } from './queries.ts'

export type SealFinding = { tenant: string; problem: string }
export type SealReport = { pieces: number; findings: SealFinding[] }

type Deps = { db: Db; blobs: Blobs }
/** Hears of pieces that were tried: the tenant's slug, and how many of all so far. */
type OnProgress = (tenant: string, pieces: number) => void

/** Opens everything that is sealed, and names what does not open: tenant, table, row and column, never content. */
export async function checkSeals({ db, blobs }: Deps, onProgress?: OnProgress): Promise<SealReport> {
  const operator = operatorScope('doctor')
  const report: SealReport = { pieces: 0, findings: [] }
  for (const { id, partner_id: partnerId, slug } of await db.platform(operator, listTenantIds)) {
    const scope = operatorTenantScope(operator, { id, partnerId })
    for await (const { pieces, problems } of openEverything(scope, { db, blobs })) {
      report.pieces += pieces
      report.findings.push(...problems.map((problem) => ({ tenant: slug, problem })))
      onProgress?.(slug, report.pieces)
    }
  }
  return report
}

type Opened = { pieces: number; problems: string[] }

async function* openEverything(scope: TenantScope, { db, blobs }: Deps): AsyncGenerator<Opened> {
  for (const table of sealedTables) {
    for (let after: string | undefined = ''; after !== undefined;) {
      const from: string = after
      const page = await db.tenant(scope, (tx) => openPage(tx, table, from))
      yield page
      after = page.last
    }
  }
  for (const { blob, file_id: fileId } of await db.tenant(scope, blobsInUse)) {
    const problem = await openBlob(scope, blob, blobs)
    const file = formatId('fil', fileId)
    yield { pieces: 1, problems: problem === undefined ? [] : [`bytes of ${file}: ${problem}`] }
  }
}

async function openPage(
  tx: TenantTx,
  { table, key, columns, placeOf, pageSize }: SealedTable,
  after: string,
): Promise<Opened & { last: string | undefined }> {
  const names = sql.join([key, ...columns].map((column) => sql.ref(column)))
  const from = after === '' ? sql`true` : sql`${sql.ref(key)} > ${after}::uuid`
  const { rows } = await sql<Record<string, Buffer | string | null>>`
    select ${names} from ${sql.table(table)} where tenant_id = ${tx.scope.tenantId} and ${from}
    order by ${sql.ref(key)} limit ${pageSize}`.execute(tx.kysely)
  const last = rows.at(-1)?.[key]
  const sealed = rows.flatMap((row) =>
    columns.flatMap((column) => {
      const bytes = row[column]
      return Buffer.isBuffer(bytes) ? [{ place: placeOf(String(row[key]), column), bytes }] : []
    }),
  )
  const problems: string[] = []
  for (const { place, bytes } of sealed) {
    const problem = await problemOf(async () => (await tx.keys()).unseal(place, bytes))
    if (problem !== undefined) problems.push(`${place.table} ${place.row} ${place.column}: ${problem}`)
  }
  return { pieces: sealed.length, problems, last: last === undefined ? undefined : String(last) }
}

function openBlob(scope: TenantScope, blob: string, blobs: Blobs): Promise<string | undefined> {
  return problemOf(async () => {
    await finished((await blobs.read(scope, blob)).resume())
  })
}

/** Missing bytes are a finding of `checkIntegrity`. */
async function problemOf(open: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await open()
    return undefined
  } catch (error) {
    if (isUnopenable(error)) return 'does not open'
    if (error instanceof BlobMissing) return undefined
    throw error
  }
}
