import { availableParallelism, totalmem } from 'node:os'
import { resolve } from 'node:path'
import type { LogLevel } from '#platform/log.ts'
import { parseMasterKey } from '#platform/vault/index.ts'
import {
  databaseUrl,
  integer,
  list,
  ocrLanguages,
  oneOf,
  optional,
  ranges,
  type Setting,
  text,
} from './config/setting.ts'

const kib = 1024
const mib = 1024 * kib

/** Every setting there is. The order is the order of docs/reference/configuration.md. */
export const settings = {
  host: text(
    'BULKHEAD_HOST',
    '127.0.0.1',
    'Address to listen on; `0.0.0.0` to be reachable from other machines.',
  ),
  port: integer('BULKHEAD_PORT', '8620', 'Port to listen on; 0 takes any free one.', 0, 65_535),
  dataDir: {
    env: 'BULKHEAD_DATA_DIR',
    doc: 'Directory for the embedded database, the files and the first key.',
    default: './data',
    parse: (value: string) => resolve(value),
  },
  databaseUrl: optional(
    'BULKHEAD_DATABASE_URL',
    'PostgreSQL 15 or newer as the serving role; when it is not set, the embedded database in the data directory is used.',
    databaseUrl,
    true,
  ),
  migrationDatabaseUrl: optional(
    'BULKHEAD_MIGRATION_DATABASE_URL',
    'The same database as the role that owns the tables and may create roles; needed by `migrate`, not by `serve`.',
    databaseUrl,
    true,
  ),
  masterKey: optional(
    'BULKHEAD_MASTER_KEY',
    'Key that seals the keys of all tenants: 32 bytes in base64, from `openssl rand -base64 32`. Left out, it is read from `master.key` in the data directory, which the first embedded start makes. Without it no content can be read: keep a copy.',
    parseMasterKey,
    true,
  ),
  formerMasterKeys: {
    env: 'BULKHEAD_FORMER_MASTER_KEYS',
    doc: 'Other master keys that the keyring may still be sealed with, separated by commas: the one before a change, or the coming one while several servers are restarted. Each start says which are no longer needed.',
    default: '',
    parse: (value: string) =>
      value
        .split(',')
        .filter((part) => part.trim() !== '')
        .map(parseMasterKey),
    secret: true,
  },
  keyringDatabaseUrl: optional(
    'BULKHEAD_KEYRING_DATABASE_URL',
    'PostgreSQL database that holds the sealed keys of tenants instead of a directory, best on a server of its own: never the one of `BULKHEAD_DATABASE_URL`, and never in the same backups.',
    databaseUrl,
    true,
  ),
  keyMemoryMs: integer(
    'BULKHEAD_KEY_MEMORY_MS',
    '30000',
    'Milliseconds a server remembers an opened key of a tenant. A key that another server destroyed opens nothing after it, and a new key is used after it. Must be the same on all servers.',
    0,
    600_000,
  ),
  trashDays: integer(
    'BULKHEAD_TRASH_DAYS',
    '30',
    'Days that deleted files stay in the trash, where a space has no setting of its own; 0: they are deleted at once.',
    0,
    3650,
  ),
  auditDays: integer(
    'BULKHEAD_AUDIT_DAYS',
    '0',
    'Days that the audit trails of the platform and of partners are kept, 0 for ever. Tenants say it for their own.',
    0,
    36_500,
  ),
  keyringDir: optional(
    'BULKHEAD_KEYRING_DIR',
    'Directory of the sealed keys of tenants; `keyring` in the data directory when it is not set. Back it up apart from the database: destroying a key in every copy of it erases that tenant.',
    (value) => resolve(value),
  ),
  databasePoolSize: integer(
    'BULKHEAD_DATABASE_POOL_SIZE',
    '10',
    'Database connections this process may open.',
    2,
    500,
  ),
  preparedStatements: oneOf<'auto' | 'on' | 'off'>(
    'BULKHEAD_PREPARED_STATEMENTS',
    'auto',
    ['auto', 'on', 'off'],
    'Whether the statements that look up keys, write rows, number events and run the queue are planned once in each connection. `auto`: unless a pooler stands between; `on` behind one that keeps them, such as PgBouncer 1.21 with `max_prepared_statements`.',
  ),
  statementTimeoutMs: integer(
    'BULKHEAD_STATEMENT_TIMEOUT_MS',
    '30000',
    'Milliseconds after which a database statement is ended.',
    100,
    3_600_000,
  ),
  idleInTransactionTimeoutMs: integer(
    'BULKHEAD_IDLE_IN_TRANSACTION_TIMEOUT_MS',
    '15000',
    'Milliseconds after which a transaction that does nothing is ended.',
    100,
    3_600_000,
  ),
  logLevel: oneOf<LogLevel>(
    'BULKHEAD_LOG_LEVEL',
    'info',
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    'How much is logged. No level logs content of documents or queries.',
  ),
  maxUploadBytes: integer(
    'BULKHEAD_MAX_UPLOAD_BYTES',
    String(100 * mib),
    'Largest file that can be uploaded, in bytes.',
    kib,
    64 * kib * mib,
  ),
  extractionProcesses: integer(
    'BULKHEAD_EXTRACTION_PROCESSES',
    String(Math.min(8, availableParallelism())),
    'Documents read at the same time, each in a process of its own. Default: the number of processors, at most 8.',
    1,
    64,
  ),
  extractionTimeoutMs: integer(
    'BULKHEAD_EXTRACTION_TIMEOUT_MS',
    '120000',
    'Milliseconds one document may take to be read.',
    1000,
    3_600_000,
  ),
  extractionMaxMemoryMb: integer(
    'BULKHEAD_EXTRACTION_MAX_MEMORY_MB',
    '1024',
    'Memory in MiB that reading one document may take.',
    128,
    65_536,
  ),
  extractionMaxChars: integer(
    'BULKHEAD_EXTRACTION_MAX_CHARS',
    '100000000',
    'Longest text that is kept of one document, in characters. A table of a million rows has some 60 million; making its index takes about 1 GB.',
    1000,
    200_000_000,
  ),
  ocr: oneOf<'on' | 'off'>(
    'BULKHEAD_OCR',
    'on',
    ['on', 'off'],
    'Whether text in scans and pictures is recognised. Off, such files fail as `no_text`.',
  ),
  ocrLanguages: {
    env: 'BULKHEAD_OCR_LANGUAGES',
    doc: 'Languages that text in pictures is recognised in, named as by tesseract and separated by commas, such as `eng,deu`. English is there; for others install `@tesseract.js-data/<language>` or name a directory with BULKHEAD_OCR_DATA_DIR. Each one more takes its time.',
    default: 'eng',
    parse: ocrLanguages,
  },
  ocrDataDir: optional(
    'BULKHEAD_OCR_DATA_DIR',
    'Directory with `<language>.traineddata` files of tesseract 4 or newer. Nothing is ever fetched.',
    (value) => resolve(value),
  ),
  embedderDir: optional(
    'BULKHEAD_EMBEDDER_DIR',
    'Directory with the table of the built-in embedder; the one that is shipped when it is not set. After a change, files are embedded anew in the background, and until then ranked by words.',
    (value) => resolve(value),
  ),
  embeddersFile: optional(
    'BULKHEAD_EMBEDDERS_FILE',
    'JSON file that names more embedders beside the built-in one; see the guide on embedders.',
    (value) => resolve(value),
  ),
  embedder: text(
    'BULKHEAD_EMBEDDER',
    'builtin',
    'Name of the embedder of tenants and spaces that choose none. After a change their files are embedded anew in the background; until that is done the former one is used if it is still configured.',
  ),
  rerankersFile: optional(
    'BULKHEAD_RERANKERS_FILE',
    'JSON file that names rerankers; see the guide on rerankers.',
    (value) => resolve(value),
  ),
  reranker: text(
    'BULKHEAD_RERANKER',
    'none',
    'Name of the reranker of tenants and spaces that choose none; `none` leaves their searches as they are found.',
  ),
  modelsFile: optional(
    'BULKHEAD_MODELS_FILE',
    'JSON file that names language models; see the guide on models.',
    (value) => resolve(value),
  ),
  model: text(
    'BULKHEAD_MODEL',
    'none',
    'Name of the language model of tenants and spaces that choose none; `none`: nothing is put into words by one.',
  ),
  indexMemoryBytes: integer(
    'BULKHEAD_INDEX_MEMORY_BYTES',
    String(Math.floor(totalmem() / 4)),
    'Memory for search indexes in bytes; the least recently used spaces go first, and one that finds no room is read anew for each search. Default: a quarter of the machine.',
    mib,
    Number.MAX_SAFE_INTEGER,
  ),
  shutdownTimeoutMs: integer(
    'BULKHEAD_SHUTDOWN_TIMEOUT_MS',
    '8000',
    'Milliseconds that running requests get to finish when the server is stopped.',
    0,
    600_000,
  ),
  trustedProxies: list(
    'BULKHEAD_TRUSTED_PROXIES',
    'Proxies in front of the server, as CIDR with commas between: what they say of where a request comes from is believed. Needed for keys that are held to addresses.',
  ),
  outsideAllow: ranges(
    'BULKHEAD_OUTSIDE_ALLOW',
    'Addresses of your own network that tenants may have called, as CIDR with commas between. All others that are not public are refused: this machine, its network, and where a cloud keeps its credentials.',
  ),
  smtpUrl: optional(
    'BULKHEAD_SMTP_URL',
    'Mail server for invitations, e.g. `smtp://user:password@mail.example:587`. Left out, who invites is shown the link.',
    (value) => value,
    true,
  ),
  mailFrom: text('BULKHEAD_MAIL_FROM', 'bulkhead@localhost', 'Sender of mails.'),
  invitationUrl: optional(
    'BULKHEAD_INVITATION_URL',
    'Page of yours that takes an invitation; its secret is put behind a `#`. Needed for sending invitations by mail.',
    (value) => new URL(value).href,
  ),
  url: text('BULKHEAD_URL', 'http://127.0.0.1:8620', 'Server that the command line talks to.'),
  key: optional(
    'BULKHEAD_KEY',
    'Key the command line uses; left out, the first key in the data directory is used where there is one.',
    (value) => value,
    true,
  ),
} satisfies Record<string, Setting<unknown>>

export type Config = { -readonly [K in keyof typeof settings]: ReturnType<(typeof settings)[K]['parse']> }

export class ConfigError extends Error {
  readonly problems: string[]

  constructor(problems: string[]) {
    super(`The configuration is not valid:\n${problems.map((p) => `  - ${p}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/**
 * Reads every setting. All problems are reported at once; an unknown `BULKHEAD_*` name is one of them, because a
 * misspelt limit would otherwise be silently the default.
 * @throws ConfigError
 */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const problems: string[] = []
  const read = Object.entries(settings).map(([name, setting]) => [name, readSetting(setting, env, problems)])
  const known = new Set<string>(Object.values(settings).map((setting) => setting.env))
  for (const name of Object.keys(env)) {
    if (name.startsWith('BULKHEAD_') && !known.has(name)) problems.push(`${name}: there is no such setting`)
  }
  if (env['BULKHEAD_KEYRING_DATABASE_URL'] && env['BULKHEAD_KEYRING_DIR']) {
    problems.push('BULKHEAD_KEYRING_DATABASE_URL: give either this or BULKHEAD_KEYRING_DIR')
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.fromEntries(read) as Config
}

function readSetting(setting: Setting<unknown>, env: Record<string, string | undefined>, problems: string[]) {
  const given = env[setting.env]
  const value = given === undefined || given === '' ? setting.default : given
  if (value === undefined) return undefined
  try {
    return setting.parse(value)
  } catch (error) {
    problems.push(`${setting.env}: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}
