import { createReadStream } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { beforeFirst, type Head } from '#platform/events/index.ts'
import type { Connection } from '../connection.ts'
import { CommandFailure } from '../failure.ts'
import { openConnection } from '../open-connection.ts'
import { openOutput, type Output, printable } from '../output.ts'
import { readLines } from './read-lines.ts'
import { verifyExport, type Verdict } from './verify-export.ts'

export function addVerify(group: Command): void {
  group
    .command('verify')
    .description(
      'Follow the chain of hashes, on the server or in an export, and end with 6 where it is broken',
    )
    .argument('[file]', 'an export in ndjson, which is read without a server; left out, the server is asked')
    .option('--head <id:hash>', 'a head that was kept elsewhere, and has to be in the chain', readHead)
    .action(async (file: string | undefined, { head }: { head?: Head }, command: Command) => {
      if (file !== undefined) {
        const output = openOutput(command.optsWithGlobals<{ json?: boolean }>().json)
        return conclude(output, await verifyFile(file, head))
      }
      const { connection, output } = await openConnection(command, 'tenant')
      conclude(output, await verifyOnline(connection, head))
    })
}

function readHead(text: string): Head {
  const [, id, hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (id === undefined)
    throw new InvalidArgumentError('It is <id>:<hash>, as `bulkhead audit head` shows them.')
  return { id: Number(id), hash }
}

async function verifyFile(file: string, kept: Head | undefined): Promise<Verdict> {
  const verdict = await verifyExport(readLines(createReadStream(file)), kept).catch((error: unknown) => {
    if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error
    throw new CommandFailure('usage', `${file} cannot be read (${String(error.code)}).`)
  })
  if (verdict) return verdict
  throw new CommandFailure('failedCheck', `${file} does not begin as an export does.`, {
    advice: 'Make one with `bulkhead audit export`; what `--format csv` makes cannot be verified.',
  })
}

async function verifyOnline(connection: Connection, kept: Head | undefined): Promise<Verdict> {
  const { head: end, ...verdict } = await connection.get<Omit<Verdict, 'after'>>('/v1/audit/verify')
  const head = { id: end.id, hash: end.hash }
  const problems = [...verdict.problems]
  const known = kept && (await hashAt(connection, kept.id, head))
  if (kept && known === undefined)
    problems.push({ id: kept.id, problem: `is kept elsewhere, and the chain ends at ${head.id}` })
  else if (kept?.hash !== known)
    problems.push({ id: kept?.id ?? 0, problem: 'has another hash than the one kept elsewhere' })
  return { ...verdict, is_valid: problems.length === 0, after: beforeFirst, head, problems }
}

/** Of an entry of a chain that was followed to its end; undefined beyond it. */
async function hashAt(connection: Connection, id: number, head: Head): Promise<string | undefined> {
  if (id === 0) return beforeFirst.hash
  if (id === head.id) return head.hash
  const query = { after: String(id - 1), order: 'oldest', limit: '1' }
  const { data } = await connection.get<{ data: Head[] }>('/v1/audit', query)
  return data[0]?.id === id ? data[0].hash : undefined
}

function conclude(output: Output, verdict: Verdict): void {
  output.json(verdict)
  const { chain, checked, is_valid, after, head, problems } = verdict
  if (!is_valid) {
    throw new CommandFailure('failedCheck', `The chain of ${chain} is not what was recorded.`, {
      details: problems.map(({ id, problem }) => `entry ${id} ${problem}`),
    })
  }
  const last = Math.max(head.id, after.id + checked)
  output.line(
    checked === 0
      ? `0 entries after ${after.id}`
      : `${checked} ${checked === 1 ? 'entry' : 'entries'}, unbroken from ${after.id + 1} to ${last}`,
  )
  output.line(`of ${printable(chain)}, head ${head.id}:${head.hash}`)
}
