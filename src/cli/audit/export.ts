import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Command, Option } from 'commander'
import { syncDirectory } from '#platform/durable-files.ts'
import { CommandFailure } from '../failure.ts'
import { openConnection } from '../open-connection.ts'
import type { Output } from '../output.ts'
import { formatBytes } from '../progress.ts'
import { showRecord } from '../show-record.ts'

type Options = { format: 'ndjson' | 'csv'; after?: string; to?: string; force?: boolean }

export function addExport(group: Command): void {
  group
    .command('export')
    .description('Export all entries, as lines of JSON that can be verified or as a table')
    .addOption(new Option('--format <format>', 'how').choices(['ndjson', 'csv']).default('ndjson'))
    .option('--after <id>', 'only those after the one of this id')
    .option('--to <file>', 'where to; left out, to standard output')
    .option('--force', 'write over a file that is there')
    .action(async ({ format, after, to, force }: Options, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      if (to !== undefined && !force && existsSync(to))
        throw new CommandFailure('usage', `${to} is there already.`, {
          advice: 'Say --force or another file.',
        })
      const pieces = await connection.download('/v1/audit/export', { format, after })
      const whole = format === 'csv' ? pieces : untilLastLine(pieces)
      if (to === undefined) return output.bytes(whole)
      showRecord(output, { saved: to, size_bytes: await save(to, whole, output) })
    })
}

/** A proxy may end an answer that was cut off as if it were whole; the last line tells. */
async function* untilLastLine(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let end = ''
  for await (const piece of pieces) {
    end = (end + Buffer.from(piece.subarray(-200)).toString('latin1')).slice(-200)
    yield piece
  }
  if (!/\n\{"head":\{[^\n]*\}\}\n$/.test(end))
    throw new CommandFailure('upstream', 'The export ends before its last line.', { advice: 'Try again.' })
}

/** Written beside and renamed when all of it is there: one that was cut off never looks whole. */
async function save(path: string, pieces: AsyncIterable<Uint8Array>, output: Output): Promise<number> {
  const aside = `${path}.${randomUUID()}`
  const file = await open(aside, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure('usage', `${path} cannot be written (${error.code}).`)
  })
  let written = 0
  try {
    try {
      for await (const piece of pieces) {
        await file.writeFile(piece)
        written += piece.byteLength
        output.redraw(`${formatBytes(written)} received`)
      }
      await file.sync()
    } finally {
      output.redraw('')
      await file.close()
    }
    await rename(aside, path)
    await syncDirectory(dirname(path))
    return written
  } finally {
    await rm(aside, { force: true })
  }
}
