import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { OpenContender } from './contender.ts'
import { openSqlIndex, openSqlScan } from './open-sql.ts'
import { openOwnIndex, openOwnWords } from './own-index.ts'

/** What every other is measured against. */
export const own = 'bulkhead'

const ours: Record<string, OpenContender> = { [own]: openOwnIndex, 'bulkhead, words alone': openOwnWords }
const sql: Record<string, OpenContender> = {
  'SQL, tsvector with index': openSqlIndex,
  'SQL, tsvector scan': openSqlScan,
}
/** By the file of `bench/beside` that opens it. */
const libraries: Record<string, string> = { MiniSearch: 'minisearch', Orama: 'orama', LanceDB: 'lancedb' }

export const contenders = [ours, sql, libraries].flatMap((some) => Object.keys(some))

const beside = new URL('../beside/', import.meta.url)

/** The folder to install in when the libraries are not there; they are no dependencies of the product. */
export function missingLibraries(): string | undefined {
  return existsSync(new URL('node_modules/minisearch', beside)) ? undefined : fileURLToPath(beside)
}

export async function openerOf(name: string): Promise<OpenContender> {
  const known = ours[name] ?? sql[name]
  if (known) return known
  const { open }: { open: OpenContender } = await import(new URL(`${libraries[name]}.mjs`, beside).href)
  return open
}
