import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { type Config, readConfig } from '../config.ts'
import { bold, openOutput, type Output } from './output.ts'
import { startOrExplain } from './start-or-explain.ts'
import { untilStopped } from './until-stopped.ts'

export function serveCommand(): Command {
  return new Command('serve')
    .description('Start the server and stay until it is stopped')
    .option('--http', 'answer requests only; another process runs the jobs')
    .option('--worker', 'run jobs only; another process answers requests')
    .action((_options: unknown, command: Command) => serve(command))
}

async function serve(command: Command): Promise<void> {
  const options = command.optsWithGlobals<{ json?: boolean; http?: boolean; worker?: boolean }>()
  const output = openOutput(options.json)
  const config = readConfig()
  const both = options.http === options.worker
  const parts = { http: both || options.http === true, worker: both || options.worker === true }
  const stopped = untilStopped()
  const { createLog } = await import('#platform/log.ts')
  // The log goes to standard error, so that what this command says stays readable on standard output.
  const app = await startOrExplain(config, { ...parts, log: createLog(config.logLevel, process.stderr) })
  announce(output, config, app)
  const signal = await stopped
  output.line(`${signal}: finishing what is running …`)
  await app.close()
  output.line('Stopped.')
}

/** What one wants to know at three in the morning. Secrets are in their files and stay there. */
function announce(output: Output, config: Config, app: { url: string; kind: 'embedded' | 'server' }) {
  const keyFiles = ['platform.key', 'tenant.key'].map((name) => join(config.dataDir, name)).filter(existsSync)
  const docs = `${app.url}/docs`
  output.json({
    url: app.url || null,
    docs: app.url ? docs : null,
    database: app.kind,
    data_dir: config.dataDir,
    key_files: keyFiles,
  })
  const [platformKey, tenantKey] = keyFiles
  const masterKey = [join(config.dataDir, 'master.key')].find(existsSync)
  const rows: [string, string | undefined][] = [
    ['Address', app.url || 'none: this process only runs jobs'],
    ['API', app.url ? docs : undefined],
    [
      'Database',
      app.kind === 'embedded' ? 'embedded, in the data directory' : 'PostgreSQL of BULKHEAD_DATABASE_URL',
    ],
    ['Data', config.dataDir],
    ['Keys', platformKey],
    ['', tenantKey],
    ['Master', masterKey && `${masterKey}: keep a copy elsewhere, without it no content can be read`],
  ]
  output.line(bold(`Bulkhead ${manifest.version} is running. Ctrl-C stops it.`))
  for (const [name, value] of rows) if (value !== undefined) output.line(`  ${name.padEnd(9)} ${value}`)
}
