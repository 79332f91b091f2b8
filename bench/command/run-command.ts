import { parseArgs, type ParseArgsConfig } from 'node:util'
import { createMasterKey } from '#platform/vault/index.ts'

/** A call that makes no sense; its message is all the caller needs. */
export class UsageError extends Error {}

/** Settings for a server PostgreSQL instead of the embedded one, shared by the commands that start servers. */
export const databaseOptions = {
  'database-url': { type: 'string' },
  'migration-database-url': { type: 'string' },
} as const

export function databaseSettings(values: {
  'database-url'?: string | undefined
  'migration-database-url'?: string | undefined
}): Record<string, string> {
  const { 'database-url': url, 'migration-database-url': owner } = values
  return {
    ...(url === undefined ? {} : { BULKHEAD_DATABASE_URL: url, BULKHEAD_MASTER_KEY: createMasterKey() }),
    ...(owner === undefined ? {} : { BULKHEAD_MIGRATION_DATABASE_URL: owner }),
  }
}

/** Another embedder than the built-in one, for the commands that measure with one. */
export const embedderOptions = {
  embedders: { type: 'string' },
  embedder: { type: 'string' },
} as const

export function embedderSettings(values: {
  embedders?: string | undefined
  embedder?: string | undefined
}): Record<string, string> {
  const { embedders: file, embedder: name } = values
  return {
    ...(file === undefined ? {} : { BULKHEAD_EMBEDDERS_FILE: file }),
    ...(name === undefined ? {} : { BULKHEAD_EMBEDDER: name }),
  }
}

/** What orders the best finds anew, where something is to. */
export const rerankerOptions = {
  rerankers: { type: 'string' },
  reranker: { type: 'string' },
} as const

export function rerankerSettings(values: {
  rerankers?: string | undefined
  reranker?: string | undefined
}): Record<string, string> {
  const { rerankers: file, reranker: name } = values
  return {
    ...(file === undefined ? {} : { BULKHEAD_RERANKERS_FILE: file }),
    ...(name === undefined ? {} : { BULKHEAD_RERANKER: name }),
  }
}

/** @throws UsageError for an unknown option, a missing value or a stray word */
export function readOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(options: Options) {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** A whole number ≥ 1 from the command line. @throws UsageError */
export function readCount(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--${name} takes a whole number, not "${text}"`)
  return Number(text)
}

/** Runs a command of this folder; it returns its exit code. Bad usage → 2, a bug → 1. */
export async function runCommand(usage: string, main: () => Promise<number>): Promise<void> {
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  try {
    process.exitCode = await main()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${error.message}\n\n${usage}\n`)
    process.exitCode = 2
  }
}
