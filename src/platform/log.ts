import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Pick<Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child'>
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

/**
 * Structured logs that never hold content: callers pass ids, counts and codes. Errors are reduced to name, code and
 * stack of our own code; a database error's message is dropped because it can quote a row.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    serializers: { err: withoutContent },
    redact: { paths: ['*.authorization', '*.cookie', '*.secret', '*.token'], censor: '[secret]' },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** What of an error may be written down. SQLSTATE errors carry row values in message, detail and where. */
function withoutContent(error: unknown) {
  if (!(error instanceof Error)) return { type: typeof error }
  const sqlState = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const fromDatabase = 'severity' in error
  return {
    type: error.name,
    code: sqlState,
    message: fromDatabase ? undefined : error.message,
    stack: fromDatabase ? frames(error.stack) : error.stack,
    routine: fromDatabase && 'routine' in error ? error.routine : undefined,
  }
}

function frames(stack: string | undefined) {
  return stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
}
