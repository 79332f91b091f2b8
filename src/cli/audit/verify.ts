import { createReadStream } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import type { Checkpoint, Head } from '#platform/events/index.ts'
import type { Connection } from '../connection.ts'
import { CommandFailure } from '../failure.ts'
import { openConnection } from '../open-connection.ts'
import { openOutput, type Output, printable } from '../output.ts'
import { readLines } from './read-lines.ts'
import { type Known, verifyExport, type Verdict } from './verify-export.ts'

export function addVerify(group: Command): void {
  group
    .command('verify')
    .description(
      'Follow the chain of hashes, on the server or in an export, and end with 6 where it is broken',
    )
    .argument('[file]', 'an export in ndjson, which is read without a server; left out, the server is asked')
    .option('--head <id:hash>', 'a head that was kept elsewhere, and has to be in the chain', readHead)
    .option(
      '--public-key <key>',
      'of the server: an export may begin later only where it has signed that',
      readKey,
    )
    .action(async (file: string | undefined, known: Known, command: Command) => {
      if (file !== undefined) {
        const output = openOutput(command.optsWithGlobals<{ json?: boolean }>().json)
        return conclude(output, await verifyFile(file, known))
      }
      const { connection, output } = await openConnection(command, 'tenant')
      conclude(output, await verifyOnline(connection, known))
    })
}

function readHead(text: string): Head {
  const [, id, hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (id === undefined)
    throw new InvalidArgumentError('It is <id>:<hash>, as `bulkhead audit head` shows them.')
  return { id: Number(id), hash }
}

function readKey(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text))
    throw new InvalidArgumentError('It is what `bulkhead audit head` shows as `public_key`.')
  return text
}

async function verifyFile(file: string, known: Known): Promise<Verdict> {
  const verdict = await verifyExport(readLines(createReadStream(file)), known).catch((error: unknown) => {
    if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error
    throw new CommandFailure('usage', `${file} cannot be read (${String(error.code)}).`)
  })
  if (verdict) return verdict
  throw new CommandFailure('failedCheck', `${file} does not begin as an export does.`, {
    advice: 'Make one with `bulkhead audit export`; what `--format csv` makes cannot be verified.',
  })
}

type Online = Omit<Verdict, 'signed_by'>

async function verifyOnline(connection: Connection, { head: kept, publicKey }: Known): Promise<Verdict> {
  const verdict = await connection.get<Online>('/v1/audit/verify')
  const { checkpoint } = await connection.get<{ checkpoint: Checkpoint | null }>('/v1/audit/head')
  const head = { id: verdict.head.id, hash: verdict.head.hash }
  const problems = [...verdict.problems]
  const known = kept && (await hashAt(connection, kept.id, { ...verdict, head }))
  if (kept && kept.id < verdict.after.id)
    problems.push({
      id: kept.id,
      problem: `is kept elsewhere, and the chain begins after ${verdict.after.id}`,
    })
  else if (kept && known === undefined)
    problems.push({ id: kept.id, problem: `is kept elsewhere, and the chain ends at ${head.id}` })
  else if (kept?.hash !== known)
    problems.push({ id: kept?.id ?? 0, problem: 'has another hash than the one kept elsewhere' })
  if (publicKey !== undefined && checkpoint && checkpoint.public_key !== publicKey)
    problems.push({ id: checkpoint.id, problem: 'is a checkpoint that was signed with another key' })
  const signed = checkpoint ? { signed_by: checkpoint.public_key } : {}
  return { ...verdict, is_valid: problems.length === 0, head, ...signed, problems }
}

/** Of an entry of a chain that was followed to its end; undefined where it has none. */
async function hashAt(
  connection: Connection,
  id: number,
  { after, head }: Online,
): Promise<string | undefined> {
  if (id === after.id) return after.hash
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
  if (verdict.signed_by !== undefined)
    output.line(`What came before has ended, and that is signed with the key ${verdict.signed_by}.`)
}
