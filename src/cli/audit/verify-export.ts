import {
  type Checkpoint,
  createVerifier,
  type Entry,
  genesis,
  type Head,
  isSigned,
  type Verifier,
} from '#platform/events/index.ts'
import { type ExportLine, readExportLine } from './line-of-export.ts'

export type Problem = { id: number; problem: string }
export type Verdict = {
  chain: string
  checked: number
  is_valid: boolean
  /** Where the first entry follows, and where the last one is. */
  after: Head
  head: Head
  /** Who signed that what came before has ended, where it has. */
  signed_by?: string
  problems: Problem[]
}

/** What is known from elsewhere: a head of the chain, and the key of whoever may end entries of it. */
export type Known = { head?: Head | undefined; publicKey?: string | undefined }

const mostProblems = 20

/**
 * Follows an export from its first line to its last, a line at a time.
 * @returns undefined for what is no export
 */
export async function verifyExport(
  lines: AsyncIterable<Uint8Array>,
  known: Known = {},
): Promise<Verdict | undefined> {
  let trail: Trail | undefined
  for await (const bytes of lines) {
    const line = readExportLine(bytes)
    if (trail === undefined) {
      if (line.is !== 'first') return undefined
      trail = beginTrail(line, known)
    } else addLine(trail, line)
  }
  return trail && endTrail(trail)
}

type Trail = {
  chain: string
  after: Head
  kept: Head | undefined
  signedBy: string | undefined
  verifier: Verifier
  checked: number
  isEnded: boolean
  problems: Problem[]
}

function beginTrail(first: Extract<ExportLine, { is: 'first' }>, { head: kept, publicKey }: Known): Trail {
  const { chain, after, checkpoint } = first
  const verifier = createVerifier(chain, after)
  const signedBy = checkpoint?.public_key
  const trail: Trail = { chain, after, kept, signedBy, verifier, checked: 0, isEnded: false, problems: [] }
  if (checkpoint && !isCheckpointAt(checkpoint, first))
    tell(trail, after.id, 'is no checkpoint that anybody has signed')
  if (publicKey !== undefined && after.id > 0 && signedBy !== publicKey)
    tell(trail, after.id, 'is where it begins, and the one whose key is known has not signed that')
  if (after.id === 0 && after.hash !== genesis.toString('hex')) tell(trail, 0, 'is not how a chain begins')
  if (kept && kept.id < after.id)
    tell(trail, kept.id, `is kept elsewhere, and the export begins after ${after.id}`)
  compare(trail, after)
  return trail
}

function isCheckpointAt(checkpoint: Checkpoint, { chain, after }: { chain: string; after: Head }): boolean {
  const isThere = checkpoint.chain === chain && checkpoint.id === after.id && checkpoint.hash === after.hash
  return isThere && isSigned(checkpoint)
}

function addLine(trail: Trail, line: ExportLine) {
  const { verifier } = trail
  const next = verifier.head().id + 1
  if (trail.isEnded) return tell(trail, next, 'comes after the last line')
  if (line.is === 'entry') return addEntry(trail, line)
  if (line.is === 'last') {
    trail.isEnded = true
    const { id, hash } = verifier.head()
    if (line.head.id !== id || line.head.hash !== hash)
      tell(trail, line.head.id, `is where the export says that it ends, and it ends at ${id}`)
    return
  }
  tell(trail, next, line.is === 'first' ? 'is another first line' : line.problem)
}

function addEntry(trail: Trail, { entry }: Extract<ExportLine, { is: 'entry' }>) {
  const problem = problemOf(trail, entry)
  trail.checked++
  if (problem !== undefined) tell(trail, entry.id, problem)
  compare(trail, entry)
}

function problemOf({ verifier }: Trail, entry: Entry & { hash: string }): string | undefined {
  try {
    return verifier.add(entry)
  } catch {
    return 'holds what has no canonical JSON'
  }
}

function endTrail(trail: Trail): Verdict {
  const { chain, checked, after, kept, signedBy, verifier, isEnded, problems } = trail
  const head = verifier.head()
  if (!isEnded)
    tell(trail, head.id, 'is the last one there: the export was cut off, its last line is missing')
  if (kept && kept.id > head.id) tell(trail, kept.id, `is kept elsewhere, and the export ends at ${head.id}`)
  return {
    chain,
    checked,
    is_valid: problems.length === 0,
    after,
    head,
    ...(signedBy === undefined ? {} : { signed_by: signedBy }),
    problems: problems.slice(0, mostProblems),
  }
}

function compare(trail: Trail, { id, hash }: Head) {
  if (trail.kept?.id === id && trail.kept.hash !== hash)
    tell(trail, id, 'has another hash than the one kept elsewhere')
}

function tell({ problems }: Trail, id: number, problem: string) {
  // One more than is shown is enough to know of the others.
  if (problems.length <= mostProblems) problems.push({ id, problem })
}
