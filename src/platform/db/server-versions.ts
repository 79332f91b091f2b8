import { StartRefused } from '../errors.ts'

/** A weakness of PostgreSQL that touches what keeps rows apart. */
export type Hole = {
  cve: string
  what: string
  /** The first minor version of each major one that is whole. A major version that is not named never had it. */
  fixedIn: Record<number, number>
  /** Why a server that has it may serve all the same; without a reason it may not. */
  unreached?: string
}

/** Before 15 there are no views with security_invoker, and no fixes for long any more. */
const oldestMajor = 15

/** Each is described at https://www.postgresql.org/support/security/<cve>/. */
export const holes: readonly Hole[] = [
  {
    cve: 'CVE-2023-2455',
    what: 'A plan made under one role was used under another when a set-returning function had been inlined.',
    fixedIn: { 15: 3 },
  },
  {
    cve: 'CVE-2023-39418',
    what: '`merge` held updated rows against the policies for inserting.',
    fixedIn: { 15: 4 },
  },
  {
    cve: 'CVE-2024-4317',
    what: 'Everybody could read the extended statistics of expressions, and with them values of hidden rows.',
    fixedIn: { 15: 7, 16: 3 },
  },
  {
    cve: 'CVE-2024-10976',
    what: 'A plan made under one role was used under another when the table stood in a subquery or a common table.',
    fixedIn: { 15: 9, 16: 5, 17: 1 },
  },
  {
    cve: 'CVE-2024-10978',
    what: 'Ending a change of role could lead back to another role than the one before.',
    fixedIn: { 15: 9, 16: 5, 17: 1 },
  },
  {
    cve: 'CVE-2025-8713',
    what: 'The planner showed values of hidden rows of partitions and heirs to operators that tell.',
    fixedIn: { 15: 14, 16: 10, 17: 6 },
  },
  {
    cve: 'CVE-2026-120154',
    what: '`insert … on conflict do update` evaluated expressions over a hidden row it met, before the policies.',
    fixedIn: { 15: 20, 16: 16, 17: 12, 18: 7 },
    unreached:
      'Every unique index of a tenant table begins with `tenant_id`, and the policy holds the inserted row to the caller’s own: the row it meets is the same tenant’s. Nobody can send SQL of his own.',
  },
]

/** The holes of one server by its `server_version_num`. Of a major version that is newer than this list, none. */
export function holesOf(versionNum: number): Hole[] {
  const { major, minor } = splitVersion(versionNum)
  return holes.filter(({ fixedIn }) => minor < (fixedIn[major] ?? 0))
}

/**
 * @returns the holes that no statement of ours reaches, to be told
 * @throws StartRefused for a server with any other, with the version to upgrade to
 */
export function refuseOldServer(versionNum: number): Hole[] {
  const { major, minor } = splitVersion(versionNum)
  if (major < oldestMajor) {
    throw new StartRefused(
      `PostgreSQL ${major}.${minor} is too old: ${oldestMajor}.${floorOf(oldestMajor)} is the oldest that Bulkhead runs on.`,
    )
  }
  const found = holesOf(versionNum)
  const open = found.filter(({ unreached }) => unreached === undefined)
  if (open.length > 0) {
    const names = open.map(({ cve }) => cve).join(', ')
    throw new StartRefused(
      `PostgreSQL ${major}.${minor} has known holes in row security (${names}). Upgrade it to ${major}.${floorOf(major)} or newer; a minor upgrade needs no dump.`,
    )
  }
  return found
}

/** The first minor version without a hole that is refused. */
export function floorOf(major: number): number {
  return Math.max(
    0,
    ...holes.flatMap(({ fixedIn, unreached }) => (unreached === undefined ? (fixedIn[major] ?? 0) : [])),
  )
}

/** Since PostgreSQL 10: 150018 is 15.18. */
function splitVersion(versionNum: number) {
  return { major: Math.floor(versionNum / 10_000), minor: versionNum % 10_000 }
}
