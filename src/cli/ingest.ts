import { Command } from 'commander'
import type { Connection } from './connection.ts'
import { CommandFailure } from './failure.ts'
import type { Folder } from './find-folder.ts'
import { findSources } from './ingest/find-sources.ts'
import { ingestFiles, type Outcome } from './ingest/ingest-files.ts'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { type Output, printable } from './output.ts'
import { formatBytes, formatDuration, startProgress } from './progress.ts'

export function ingestCommand(): Command {
  return addConnectionOptions(new Command('ingest'))
    .description('Upload files and folders; what the server has already is skipped')
    .argument('<path...>', 'files or folders; hidden files are left out, symbolic links not followed')
    .option('--space <space>', 'id or slug; left out, the default space')
    .option('--folder <folder>', 'below this one, id or path; made where it is missing')
    .option('--flat', 'do not keep the folders that the files lie in')
    .option('--no-wait', 'return once the bytes are there, before they can be searched')
    .addHelpText(
      'after',
      '\nA file is known by its path below the one you name. Run it again to retry or to go on.',
    )
    .action((paths: string[], options: IngestCommandOptions, command: Command) =>
      ingest(paths, options, command),
    )
}

type IngestCommandOptions = { space?: string; folder?: string; flat?: boolean; wait: boolean }

async function ingest(paths: string[], options: IngestCommandOptions, command: Command) {
  const { space, wait } = options
  const { connection, output } = await openConnection(command, 'tenant')
  const sources = await findSources(paths)
  const place = { folder: await ensureFolder(connection, options), isFlat: options.flat === true }
  const bytesTotal = sources.reduce((sum, source) => sum + source.sizeBytes, 0)
  const progress = startProgress(output, { bytesTotal, filesTotal: sources.length })
  const outcomes: Outcome[] = []
  const startedAt = performance.now()
  try {
    await ingestFiles(connection, sources, {
      space,
      place,
      isWaiting: wait,
      onSent: (bytesSent) => progress.add({ bytesSent }),
      onOutcome: (outcome, source) => {
        outcomes.push(outcome)
        // Bytes that did not have to be sent would spoil the rate and the time that is left.
        progress.add({
          filesDone: 1,
          ...(outcome.status === 'unchanged' ? { bytesTotal: -source.sizeBytes } : {}),
        })
        output.json({ type: 'file', ...outcome })
        if (!output.isTerminal) progress.line(`${outcome.status.padEnd(9)}  ${printable(outcome.path)}`)
      },
    })
  } finally {
    progress.stop()
  }
  summarise(output, outcomes, { bytesTotal, tookMs: performance.now() - startedAt })
}

async function ensureFolder(
  connection: Connection,
  { folder, space }: IngestCommandOptions,
): Promise<string | undefined> {
  if (folder === undefined || folder.startsWith('fld_')) return folder
  return (await connection.post<Folder>('/v1/folders', { path: folder, space })).id
}

type Totals = { bytesTotal: number; tookMs: number }

/** @throws CommandFailure when a file failed */
function summarise(output: Output, outcomes: Outcome[], { bytesTotal, tookMs }: Totals) {
  const count = (status: Outcome['status']) => outcomes.filter((outcome) => outcome.status === status).length
  const statuses = ['ready', 'stored', 'sent', 'unchanged', 'failed'] as const
  const counts = statuses.map((status) => [status, count(status)] as const)
  output.json({
    type: 'summary',
    files: outcomes.length,
    ...Object.fromEntries(counts),
    took_ms: Math.round(tookMs),
  })
  const said = counts.filter(([, n]) => n > 0).map(([status, n]) => `${n} ${status}`)
  const files = `${outcomes.length} ${outcomes.length === 1 ? 'file' : 'files'}, ${formatBytes(bytesTotal)}`
  output.line(`${files} in ${formatDuration(tookMs)}${said.length === 0 ? '' : `: ${said.join(', ')}`}.`)
  const failed = outcomes.filter((outcome) => outcome.status === 'failed')
  if (failed.length === 0) return
  throw new CommandFailure('failedCheck', `${failed.length} of ${outcomes.length} files failed.`, {
    details: failed.map(({ path, reason }) => `${path}: ${reason ?? ''}`),
    advice: 'Run the same command again to retry them; the others are skipped.',
  })
}
