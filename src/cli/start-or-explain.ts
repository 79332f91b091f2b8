import { StartRefused } from '#platform/errors.ts'
import type { App, AppOptions } from '../app.ts'
import type { Config } from '../config.ts'
import { CommandFailure } from './failure.ts'

/**
 * Starts the application; what an operator can put right is told in a sentence.
 * @throws CommandFailure, or the error itself when it is a bug
 */
export async function startOrExplain(config: Config, options: AppOptions): Promise<App> {
  // Only now: database and web server take longer to load than a short command may run.
  const { startApp } = await import('../app.ts')
  try {
    return await startApp(config, options)
  } catch (error) {
    throw explainStart(error, config)
  }
}

/** SQLSTATE classes: 08 connection, 28 login, 3D no such database, 53 too many connections, 57 shutting down. */
const databaseState = /^(08|28|3D|53|57)\w{3}$/
const networkCodes = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN']

export function explainStart(
  error: unknown,
  { host, port, dataDir }: Pick<Config, 'host' | 'port' | 'dataDir'>,
): unknown {
  if (!(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL') {
    const why = code === 'EADDRINUSE' ? `port ${port} is in use` : `${host} is not an address of this machine`
    return new CommandFailure('usage', `Cannot listen: ${why}.`, {
      advice: 'Choose another with BULKHEAD_PORT or BULKHEAD_HOST.',
    })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOSPC') {
    return new CommandFailure(
      'usage',
      `Cannot write to ${dataDir} or listen on port ${port} (${error.message}).`,
      {
        advice: 'Choose others with BULKHEAD_DATA_DIR and BULKHEAD_PORT, or make room.',
      },
    )
  }
  if (networkCodes.includes(code) || databaseState.test(code)) {
    return new CommandFailure('upstream', `The database cannot be used (${error.message || code}).`, {
      advice: 'Check BULKHEAD_DATABASE_URL and whether the database is running.',
    })
  }
  return error instanceof StartRefused ? new CommandFailure('usage', error.message) : error
}
